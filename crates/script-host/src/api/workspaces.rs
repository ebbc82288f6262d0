//! Workspaces.

use airway_client::Workspace;

use crate::registry::{Call, Handle, Registry};

impl Handle for Workspace {
    const NAME: &'static str = "Workspace";
    const DOC: &'static str = "A workspace: where sources, destinations and connections live.";

    fn show(&self) -> String {
        self.name().to_owned()
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Workspace>();
    api.property("id")
        .doc("The id of the workspace.")
        .example("print(connect().workspace().id.len);")
        .native(|_: &Call<'_>, workspace: Workspace| workspace.id().to_owned());
    api.property("name")
        .doc("The name of the workspace.")
        .example("print(connect().workspace().name);")
        .native(|_: &Call<'_>, workspace: Workspace| workspace.name().to_owned());
    api.property("slug")
        .doc("The unique short name of the workspace.")
        .example("print(connect().workspace().slug);")
        .native(|_: &Call<'_>, workspace: Workspace| workspace.slug().to_owned());
}
