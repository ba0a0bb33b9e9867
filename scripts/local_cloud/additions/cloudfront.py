"""CloudFront: a distribution is described as it was made.

Bug of moto: a distribution loses its origin access control, keeps the default certificate and the
forwarded values beside what replaces them, and its ARN lacks a colon.
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
"""

from typing import Any

from moto.cloudfront import models

from local_cloud.additions.patching import wrap


def install() -> None:
    @wrap(models.Origin, "__init__")
    def origin(original: Any, made: Any, config: dict[str, Any]) -> None:
        original(made, config)
        made.origin_access_control_id = config.get("OriginAccessControlId", "")

    @wrap(models.ViewerCertificate, "__init__")
    def viewer_certificate(original: Any, made: Any, config: dict[str, Any]) -> None:
        original(made, config)
        if made.acm_certificate_arn:
            made.cloud_front_default_certificate = False

    @wrap(models.DefaultCacheBehaviour, "__init__")
    def cache_behaviour(original: Any, made: Any, config: dict[str, Any]) -> None:
        original(made, config)
        if made.cache_policy_id:
            made.forwarded_values = None

    @wrap(models.Distribution, "__init__")
    def distribution(original: Any, made: Any, *arguments: Any, **named: Any) -> None:
        original(made, *arguments, **named)
        made.arn = made.arn.replace(":cloudfront:", ":cloudfront::")  # moto leaves out the region
