"""AppRegistry: applications can be read back, tagged and deleted.

Bug of moto: an application's times are written in a form that no SDK can read, and its tags are
lost.

Feature: moto has no GetApplication, DeleteApplication or ListTagsForResource.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_app-registry_GetApplication.html
"""

import json
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from moto.servicecatalogappregistry import models, responses, urls

from local_cloud.additions.clock import utcnow
from local_cloud.additions.patching import add, wrap


def moment(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_json(application: Any) -> dict[str, Any]:
    return {
        "id": application.id,
        "arn": application.arn,
        "name": application.name,
        "description": application.description,
        "tags": application.tags,
        "creationTime": moment(application.creationTime),
        "lastUpdateTime": moment(application.lastUpdateTime),
        "applicationTag": application.applicationTag,
    }


def last_part(response: Any, marker: str) -> str:
    return unquote(urlsplit(response.uri).path.split(marker)[1])


def get_application(response: Any) -> str:
    found = response._find_app_by_any_value(last_part(response, "/applications/"))
    return json.dumps(found.to_json())


def delete_application(response: Any) -> str:
    found = response._find_app_by_any_value(last_part(response, "/applications/"))
    response.servicecatalogappregistry_backend.applications.pop(found.arn, None)
    return json.dumps({"application": found.to_json()})


def list_tags_for_resource(response: Any) -> str:
    found = response._find_app_by_any_value(last_part(response, "/tags/"))
    return json.dumps({"tags": found.tags})


def install() -> None:
    models.Application.to_json = to_json
    owner = responses.AppRegistryResponse
    add(owner, get_application, delete_application, list_tags_for_resource)
    urls.url_paths["{0}/applications/(?P<application>[^/]+)$"] = owner.dispatch
    urls.url_paths["{0}/tags/(?P<arn>.+)$"] = owner.dispatch

    @wrap(models.AppRegistryBackend, "create_application")
    def create_application(original: Any, backend: Any, **named: Any) -> Any:
        application = original(backend, **named)
        application.tags = dict(named["tags"] or {})
        application.creationTime = application.lastUpdateTime = utcnow()
        return application
