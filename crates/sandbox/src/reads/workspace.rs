//! `WorkspaceRead`.

use serde_json::{Value, json};

use crate::call::Call;
use crate::ids;
use crate::store::Workspace;

/// The data plane group that every workspace runs in.
const DATAPLANE_GROUP: &str = "645a183f-b12b-4c6e-8ad3-99e165603450";

/// What a workspace can be told of, and how it is unless settings say so.
const NOTIFICATIONS: [(&str, &[&str]); 9] = [
    ("sendOnSuccess", &[]),
    ("sendOnFailure", MAIL),
    ("sendOnSyncDisabled", MAIL),
    ("sendOnSyncDisabledWarning", MAIL),
    ("sendOnConnectionUpdate", MAIL),
    ("sendOnConnectionUpdateActionRequired", MAIL),
    ("sendOnBreakingChangeWarning", MAIL),
    ("sendOnBreakingChangeSyncsDisabled", MAIL),
    ("sendOnConnectionSyncQueued", &[]),
];
const MAIL: &[&str] = &["customerio"];

pub(crate) fn workspace(call: &Call<'_>, workspace: &Workspace) -> Value {
    let mut read = json!({
        "workspaceId": workspace.id,
        "customerId": ids::uuid(ids::hash(&workspace.id), 0),
        "name": workspace.name,
        "slug": workspace.slug,
        "organizationId": workspace.organization_id,
        "initialSetupComplete": false,
        "displaySetupWizard": false,
        "anonymousDataCollection": false,
        "news": false,
        "securityUpdates": false,
        "notifications": [],
        "notificationSettings": {},
        "feedbackDone": false,
        "webhookConfigs": [],
        "defaultGeography": "auto",
        "dataplaneGroupId": DATAPLANE_GROUP,
        "tombstone": workspace.tombstone,
    });
    if let Value::Object(members) = &mut read {
        members.extend(workspace.settings.clone());
    }
    for (trigger, usual) in NOTIFICATIONS {
        if read["notificationSettings"][trigger].is_null() {
            read["notificationSettings"][trigger] = json!({"notificationType": usual});
        }
    }
    read["notificationSettings"] = call.shape("NotificationSettings", read["notificationSettings"].take());
    call.shape("WorkspaceRead", read)
}
