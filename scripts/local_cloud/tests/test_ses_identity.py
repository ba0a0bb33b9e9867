"""SES describes an identity that Terraform has made."""

import pytest
from botocore.exceptions import ClientError

from local_cloud.connection.aws import Cloud


def test_a_domain_is_verified_and_signed_for_once_that_was_asked_for(cloud: Cloud) -> None:
    ses, v2 = cloud.client("ses"), cloud.client("sesv2")
    ses.verify_domain_identity(Domain="mail.example")
    before = v2.get_email_identity(EmailIdentity="mail.example")
    assert before["VerifiedForSendingStatus"] is True
    assert before["DkimAttributes"]["Status"] == "NOT_STARTED"
    assert "MailFromAttributes" not in before
    tokens = ses.verify_domain_dkim(Domain="mail.example")["DkimTokens"]
    ses.set_identity_mail_from_domain(Identity="mail.example", MailFromDomain="b.mail.example")
    after = v2.get_email_identity(EmailIdentity="mail.example")
    assert after["DkimAttributes"]["Status"] == "SUCCESS"
    assert after["DkimAttributes"]["SigningEnabled"] is True
    assert after["DkimAttributes"]["Tokens"] == tokens
    assert after["MailFromAttributes"] == {
        "MailFromDomain": "b.mail.example",
        "MailFromDomainStatus": "SUCCESS",
        "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
    }


def test_a_domain_that_nobody_has_made_is_not_found(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="NotFoundException"):
        cloud.client("sesv2").get_email_identity(EmailIdentity="other.example")
