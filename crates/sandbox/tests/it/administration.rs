//! Users, permissions, notifications, organisations, consent.

use serde_json::{Value, json};

use crate::support::{Airbyte, GITHUB, HUBSPOT, NIL, NOBODY, POSTGRES, id, text};

#[test]
fn there_is_one_user_who_may_do_everything() {
    let airbyte = Airbyte::new();
    let user = airbyte.ok("users/get", json!({"userId": NIL}));
    assert_eq!((&user["userId"], &user["defaultWorkspaceId"]), (&json!(NIL), &json!(airbyte.workspace())));
    assert_eq!(airbyte.ok("users/get_by_email", json!({"email": user["email"]})), user);
    assert_eq!(airbyte.status("users/get", json!({"userId": NOBODY})), 404);
    let members = airbyte.ok("users/list_by_organization_id", json!({"organizationId": NIL}));
    assert_eq!(members["users"][0]["permissionType"], "organization_admin");
    let access = airbyte.ok("users/list_access_info_by_workspace_id", json!({"workspaceId": airbyte.workspace()}));
    assert_eq!(access["usersWithAccess"][0]["userId"], NIL);
    for path in ["users/list_instance_admin", "users/list_instance_admins"] {
        assert_eq!(airbyte.ok(path, json!({}))["users"][0]["userId"], NIL);
    }
    let check = json!({"userId": NIL, "permissionType": "workspace_admin", "workspaceId": airbyte.workspace()});
    assert_eq!(airbyte.ok("permissions/check", check)["status"], "succeeded");
}

#[test]
fn permissions_are_created_once_changed_and_deleted() {
    let airbyte = Airbyte::new();
    let body = json!({"userId": NIL, "permissionType": "workspace_reader", "workspaceId": airbyte.workspace()});
    let created = airbyte.ok("permissions/create", body.clone());
    assert_eq!(airbyte.ok("permissions/create", body), created);
    // The first two are those every installation is born with.
    let list = || airbyte.ok("permissions/list_by_user", json!({"userId": NIL}))["permissions"].clone();
    assert_eq!((list().as_array().unwrap().len(), &list()[2]), (3, &created));
    let permission = id(&created, "permissionId");
    let update = json!({"permissionId": permission, "permissionType": "workspace_editor"});
    assert_eq!(airbyte.status("permissions/update", update), 204);
    assert_eq!(
        airbyte.ok("permissions/get", json!({"permissionId": permission}))["permissionType"],
        "workspace_editor"
    );
    assert_eq!(airbyte.status("permissions/delete", json!({"permissionId": permission})), 204);
    assert_eq!(list().as_array().unwrap().len(), 2);
    assert_eq!(airbyte.status("permissions/delete", json!({"permissionId": permission})), 404);
    assert_eq!(airbyte.status("permissions/update", json!({"permissionId": permission})), 404);
}

#[test]
fn nobody_gets_a_permission_for_what_does_not_exist() {
    let nowhere = [
        json!({"userId": NOBODY, "permissionType": "organization_member", "organizationId": NIL}),
        json!({"userId": NIL, "permissionType": "workspace_reader", "workspaceId": NOBODY}),
        json!({"userId": NIL, "permissionType": "organization_member", "organizationId": NOBODY}),
    ];
    for (airbyte, expected) in [
        (Airbyte::new(), 409),
        (Airbyte::emulating("1.5"), 500),
        (Airbyte::with(airway_sandbox::SandboxBuilder::friendly), 404),
    ] {
        for body in &nowhere {
            assert_eq!(airbyte.status("permissions/create", body.clone()), expected, "{body}");
        }
        let list = airbyte.ok("permissions/list_by_user", json!({"userId": NIL}));
        assert_eq!(list["permissions"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn the_one_user_may_do_everything_and_nobody_else_anything() {
    let airbyte = Airbyte::new();
    let check = |user: &str| {
        let body = json!({"userId": user, "permissionType": "workspace_reader", "workspaceIds": [airbyte.workspace()]});
        text(&airbyte.ok("permissions/check_multiple_workspaces", body)["status"])
    };
    assert_eq!((check(NIL), check(NOBODY)), ("succeeded".to_owned(), "failed".to_owned()));
}

#[test]
fn permissions_that_make_no_sense_are_422_and_the_last_admin_stays() {
    let airbyte = Airbyte::new();
    let status = |extra: Value| {
        let mut body = json!({"userId": NOBODY});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        airbyte.status("permissions/create", body)
    };
    assert_eq!(status(json!({"permissionType": "instance_admin"})), 422);
    let both = json!({"permissionType": "workspace_admin", "workspaceId": NIL, "organizationId": NIL});
    assert_eq!(status(both), 422);
    let own = airbyte.ok("permissions/list_by_user", json!({"userId": NIL}));
    let admin = id(&own["permissions"][1], "permissionId");
    assert_eq!(airbyte.status("permissions/delete", json!({"permissionId": admin})), 409);
}

#[test]
fn a_webhook_is_tried_without_being_called() {
    let airbyte = Airbyte::new();
    let attempt = |webhook: &str, trigger: &str| {
        airbyte.post(
            "notifications/try_webhook",
            json!({
                "slackConfiguration": {"webhook": webhook}, "notificationTrigger": trigger,
            }),
        )
    };
    assert_eq!(attempt("https://hooks.example.com/x", "sync_failure").body, json!({"status": "succeeded"}));
    assert_eq!(attempt("https://hooks.invalid/x", "sync_failure").body["status"], "failed");
    assert_eq!(attempt("https://hooks.example.com/x", "full_moon").status, 404);
    assert_eq!(airbyte.post("notifications/try", json!({})).text, "{}");
}

#[test]
fn organizations_are_read_and_summed_up() {
    let airbyte = Airbyte::new();
    assert_eq!(airbyte.ok("organizations/get", json!({"organizationId": NIL}))["organizationId"], NIL);
    assert_eq!(airbyte.status("organizations/get", json!({"organizationId": NOBODY})), 404);
    let info = airbyte.ok("organizations/get_organization_info", json!({"organizationId": NIL}));
    assert_eq!((&info["sso"], &info["scim"]), (&json!(false), &json!(false)));
    assert_eq!(airbyte.ok("workspaces/get_organization_info", json!({"workspaceId": airbyte.workspace()})), info);
    let summaries =
        airbyte.ok("organizations/list_summaries", json!({"userId": NIL, "nameContains": "", "pagination": {}}));
    assert_eq!(summaries["organizationSummaries"][0]["workspaces"].as_array().unwrap().len(), 1);
}

#[test]
fn consent_leads_back_with_a_code_that_is_good_for_one_completion() {
    let airbyte = Airbyte::new();
    let body = json!({
        "sourceDefinitionId": GITHUB, "workspaceId": airbyte.workspace(), "redirectUrl": "https://example.com/back?a=b",
    });
    let url = text(&airbyte.ok("source_oauths/get_consent_url", body.clone())["consentUrl"]);
    let follow = |url: &str| {
        let answer = airbyte.ask(&http::Request::get(url).body(Vec::new()).unwrap());
        let location = answer.headers().get("location").map(|it| it.to_str().unwrap().to_owned());
        (answer.status().as_u16(), location.unwrap_or_default())
    };
    let (status, location) = follow(&url);
    assert_eq!(status, 302);
    assert!(location.starts_with("https://example.com/back?a=b&state="), "{location}");
    assert!(follow(&format!("{url}&deny")).1.ends_with("&error=access_denied"));
    assert_eq!(follow("/sandbox/consent?state=another").0, 404);
    let complete = |definition: &str, params: Value| {
        let mut body = body.clone();
        body["sourceDefinitionId"] = json!(definition);
        body["queryParams"] = params;
        airbyte.ok("source_oauths/complete_oauth", body)
    };
    let code = location.rsplit_once("code=").unwrap().1;
    let outcome = |definition: &str, params: Value| complete(definition, params)["request_succeeded"].clone();
    assert_eq!(outcome(GITHUB, json!({"code": "made up"})), false);
    assert_eq!(outcome(GITHUB, json!({"error": "access_denied"})), false);
    assert_eq!(outcome(HUBSPOT, json!({"code": code})), false);
    assert_eq!(
        complete(GITHUB, json!({"code": code}))["auth_payload"],
        json!({"access_token": format!("access-{code}")})
    );
    assert_eq!(outcome(GITHUB, json!({"code": code})), false);
}

#[test]
fn who_signs_in_elsewhere_says_so_and_nobody_else_is_sent_there() {
    let airbyte = Airbyte::new();
    let ask = |definition: &str| json!({"sourceDefinitionId": definition, "workspaceId": airbyte.workspace()});
    let way = |definition: &str| {
        airbyte.ok("source_definition_specifications/get", ask(definition)).get("advancedAuth").cloned()
    };
    let github = way(GITHUB).unwrap();
    assert_eq!(
        (&github["authFlowType"], &github["predicateKey"], &github["predicateValue"]),
        (&json!("oauth2.0"), &json!(["credentials", "option_title"]), &json!("OAuth Credentials"))
    );
    let token = "/oauthConfigSpecification/completeOAuthOutputSpecification/properties/access_token";
    let path = &github.pointer(token).unwrap()["path_in_connector_config"];
    assert_eq!(path, &json!(["credentials", "access_token"]));
    assert_eq!(way(POSTGRES), None);
    let mut body = ask(POSTGRES);
    body["redirectUrl"] = json!("https://example.com/back");
    body["queryParams"] = json!({"code": "c"});
    for path in ["source_oauths/get_consent_url", "source_oauths/complete_oauth"] {
        assert_eq!(airbyte.status(path, body.clone()), 500, "{path}");
    }
}

#[test]
fn a_source_is_read_with_the_name_of_its_workspace() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    let read = airbyte.ok("sources/get_with_metadata", json!({"sourceId": source}));
    assert_eq!(read["metadata"], json!({"workspaceName": "Default Workspace"}));
    assert_eq!(read["name"], "shop");
}

#[test]
fn the_instance_has_no_licence() {
    for (version, auth) in [("0.50", Value::Null), ("1.0", json!({"mode": "none"})), ("2.0", json!({"mode": "none"}))] {
        let airbyte = Airbyte::emulating(version);
        let told = airbyte.send("GET", "instance_configuration", "").body;
        assert_eq!((&told["edition"], &told["auth"]), (&json!("community"), &auth), "{version}");
        assert_eq!((told.get("licenseStatus"), told.get("licenseType")), (None, None), "{version}");
        let licence = airbyte.send("GET", "instance_configuration/license/info", "");
        assert_eq!((licence.status, licence.text.as_str()), (404, "Object not found."), "{version}");
    }
}

#[test]
fn a_set_up_says_whether_it_is_complete() {
    let airbyte = Airbyte::new();
    let setup = airbyte.ok("instance_configuration/setup", json!({"initialSetupComplete": false}));
    assert_eq!(setup["initialSetupComplete"], false);
}

#[test]
fn who_sets_the_instance_up_owns_it() {
    let airbyte = Airbyte::new();
    let setup = json!({
        "email": "ada@example.com", "userName": "Ada", "organizationName": "Analytics", "anonymousDataCollection": true,
        "initialSetupComplete": true, "displaySetupWizard": false,
    });
    assert_eq!(airbyte.ok("instance_configuration/setup", setup)["defaultOrganizationEmail"], "ada@example.com");
    let user = airbyte.ok("users/get_by_email", json!({"email": "ada@example.com"}));
    assert_eq!((&user["userId"], &user["name"]), (&json!(NIL), &json!("Ada")));
    let organization = airbyte.ok("organizations/get", json!({"organizationId": NIL}));
    assert_eq!(
        (&organization["organizationName"], &organization["email"]),
        (&json!("Analytics"), &json!("ada@example.com"))
    );
    let workspace = airbyte.ok("workspaces/get", json!({"workspaceId": airbyte.workspace()}));
    assert_eq!(
        (&workspace["initialSetupComplete"], &workspace["anonymousDataCollection"]),
        (&json!(true), &json!(true))
    );
}

#[test]
fn credentials_of_the_instance_are_known_to_the_specification() {
    let airbyte = Airbyte::new();
    let ask = json!({"sourceDefinitionId": POSTGRES, "workspaceId": airbyte.workspace()});
    let known = || {
        airbyte.ok("source_definition_specifications/get", ask.clone())["advancedAuthGlobalCredentialsAvailable"]
            .clone()
    };
    assert_eq!(known(), false);
    let params = json!({"sourceDefinitionId": POSTGRES, "params": {"client_id": "c", "client_secret": "s"}});
    assert_eq!(airbyte.status("source_oauths/oauth_params/create", params), 200);
    assert_eq!(known(), true);
}

#[test]
fn a_workspace_says_of_every_notification_whether_it_is_wanted() {
    let airbyte = Airbyte::new();
    let slack =
        json!({"notificationType": ["slack"], "slackConfiguration": {"webhook": "https://hooks.example.com/x"}});
    let update = json!({"workspaceId": airbyte.workspace(), "notificationSettings": {"sendOnFailure": slack}});
    let settings = airbyte.ok("workspaces/update", update)["notificationSettings"].clone();
    assert_eq!(settings["sendOnFailure"], slack);
    let mail =
        settings.as_object().unwrap().iter().filter(|(_, it)| **it == json!({"notificationType": ["customerio"]}));
    assert_eq!(mail.count(), 6);
    for nobody in ["sendOnSuccess", "sendOnConnectionSyncQueued"] {
        assert_eq!(settings[nobody], json!({"notificationType": []}), "{nobody}");
    }
}
