//! Tags: labels of connections.

use airway_client::{Tag, Workspace};

use crate::registry::{Call, Handle, Items, Raise, Registry};

impl Handle for Tag {
    const NAME: &'static str = "Tag";
    const DOC: &'static str = "A label by which connections are grouped.";

    fn show(&self) -> String {
        self.name().to_owned()
    }

    fn same(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

options! {
    /// Options of `ensure_tag`.
    struct TagOptions {
        /// its colour: six hexadecimal digits; without, one by its name
        color: Option<String>,
    }
}

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Tag>();
    api.method("tags")
        .doc("Returns every tag of the workspace.")
        .example("for tag in connect().workspace().tags() { print(tag.name); }")
        .native(|call: &Call<'_>, workspace: Workspace| call.run(workspace.tags()).map(Items));
    api.method("ensure_tag")
        .doc("Makes sure that there is a tag of that name: creates it, changes its colour, or does nothing.")
        .param("name", "its name, at most 30 characters")
        .param("options", "its colour")
        .example("print(connect().workspace().ensure_tag(\"ecommerce\", #{ color: \"C5EBD3\" }).color);")
        .native(|call: &Call<'_>, workspace: Workspace, name: String, options: TagOptions| -> Result<Tag, Raise> {
            call.run(workspace.ensure_tag(&name, options.color.as_deref())).map(|ensured| ensured.resource)
        });
    api.property("id")
        .doc("Its id.")
        .example("print(connect().workspace().ensure_tag(\"ecommerce\").id.len);")
        .native(|_: &Call<'_>, tag: Tag| tag.id().to_owned());
    api.property("name")
        .doc("Its name.")
        .example("print(connect().workspace().ensure_tag(\"ecommerce\").name);")
        .native(|_: &Call<'_>, tag: Tag| tag.name().to_owned());
    api.property("color")
        .doc("Its colour: six hexadecimal digits.")
        .example("print(connect().workspace().ensure_tag(\"ecommerce\").color.len);")
        .native(|_: &Call<'_>, tag: Tag| tag.color().to_owned());
}
