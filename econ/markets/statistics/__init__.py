"""Tests of abnormal returns, one file each; what lies here is found by `AbnormalReturns.test`."""
