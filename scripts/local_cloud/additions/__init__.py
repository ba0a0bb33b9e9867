"""What does moto lack or get wrong for this system? One file a service.

`install` patches the insides of moto 5.2.1, in this process only, before its server starts.
"""

from local_cloud.additions import (
    acm,
    appregistry,
    cloudfront,
    cloudwatch,
    dynamodb,
    events,
    iam,
    kms,
    lambda_,
    logs,
    pipes,
    s3,
    ses,
    sns,
    sqs,
    streams,
    xray,
)


def install() -> None:
    for module in (
        acm,
        appregistry,
        cloudfront,
        cloudwatch,
        dynamodb,
        events,
        iam,
        kms,
        lambda_,
        logs,
        pipes,
        s3,
        ses,
        sns,
        sqs,
        streams,
        xray,
    ):
        module.install()
