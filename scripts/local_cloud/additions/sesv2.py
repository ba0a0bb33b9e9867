"""SES, version 2: an identity as SES sees it once its DNS records are published.

Bug of moto: GetEmailIdentity does not know what version 1 of the API has set: DKIM and MAIL FROM.
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetEmailIdentity.html
"""

import json
from typing import Any

from moto.sesv2 import responses

from local_cloud.additions.patching import wrap
from local_cloud.additions.ses import dkim_tokens


def install() -> None:
    @wrap(responses.SESV2Response, "get_email_identity")
    def get_email_identity(original: Any, response: Any) -> str:
        answer = json.loads(original(response))
        domain = response._get_param("EmailIdentity")
        backend = response.sesv2_backend.core_backend
        answer["VerifiedForSendingStatus"] = answer["VerificationStatus"] == "SUCCESS"
        if domain in backend.__dict__.get("dkim_started", {}):
            answer["DkimAttributes"] |= {
                "SigningEnabled": True,
                "Status": "SUCCESS",
                "Tokens": dkim_tokens(domain),
            }
        mail_from = backend.identity_mail_from_domains.get(domain)
        if mail_from:
            answer["MailFromAttributes"] = {
                "MailFromDomain": mail_from["mail_from_domain"],
                "MailFromDomainStatus": "SUCCESS",
                "BehaviorOnMxFailure": {"RejectMessage": "REJECT_MESSAGE"}.get(
                    mail_from["behavior_on_mx_failure"], "USE_DEFAULT_VALUE"
                ),
            }
        return json.dumps(answer)
