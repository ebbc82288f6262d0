//! `WorkspaceRead`.

use serde_json::{Value, json};

use crate::call::Call;
use crate::store::Workspace;

/// The data plane group that every workspace runs in.
const DATAPLANE_GROUP: &str = "645a183f-b12b-4c6e-8ad3-99e165603450";

/// What a workspace can be told of; nobody is, unless settings say so.
const NOTIFICATIONS: [&str; 9] = [
    "sendOnSuccess",
    "sendOnFailure",
    "sendOnSyncDisabled",
    "sendOnSyncDisabledWarning",
    "sendOnConnectionUpdate",
    "sendOnConnectionUpdateActionRequired",
    "sendOnBreakingChangeWarning",
    "sendOnBreakingChangeSyncsDisabled",
    "sendOnConnectionSyncQueued",
];

pub(crate) fn workspace(call: &Call<'_>, workspace: &Workspace) -> Value {
    let mut read = json!({
        "workspaceId": workspace.id,
        "customerId": workspace.id,
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
    for trigger in NOTIFICATIONS {
        if read["notificationSettings"][trigger].is_null() {
            read["notificationSettings"][trigger] = json!({"notificationType": []});
        }
    }
    read["notificationSettings"] = call.shape("NotificationSettings", read["notificationSettings"].take());
    call.shape("WorkspaceRead", read)
}
