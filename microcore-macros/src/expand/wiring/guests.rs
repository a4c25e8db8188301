//! What an application with the tool `sidecars` gives to its guests, and when it asks them. Without the tool there is
//! nothing of it in the generated code.

use proc_macro2::TokenStream;
use quote::quote;

use crate::wiring::Wiring;

/// The code of each place that guests have in the wiring; empty where there are none.
#[derive(Default)]
pub(super) struct Guests {
    /// The implementations.
    pub(super) items: Option<TokenStream>,
    /// In `on_boot`, when the tools are there.
    pub(super) connect: Option<TokenStream>,
    /// In `inside`.
    pub(super) inside: Option<TokenStream>,
}

pub(super) fn expand(wiring: &Wiring) -> Guests {
    if !wiring.has_guests() {
        return Guests::default();
    }
    // An event that asks is answered by one plugin, and a guest is none.
    let events = wiring.every_event().filter(|event| event.own && !event.decl.replied).map(|event| {
        let (name, ty) = (&event.decl.name, event.ty());
        quote! {
            #name => {
                let event = mc::event_of_guest::<#ty>(event, json)?;
                match transaction {
                    Some(open) => bus.publish_in(&mut mc::OfGuest(open), event, mc::PublishOptions::new()).await?,
                    None => bus.publish(event).await?,
                }
            }
        }
    });
    // Another engine's tool knows nothing of guests.
    let database = (wiring.sql.engine != "other").then(|| quote!(.with_database(&self.tools.db)));
    let compiled = wiring.guest_code.is_some().then(|| quote!(.with_compiled(guests::ALL)));
    // A tool `auth` of the application's own need not know roles, unless a route asks it.
    let knows_roles =
        super::boot::is_guarded(wiring) || wiring.tools.iter().any(|tool| tool.name == "auth" && !tool.own);
    let auth = knows_roles.then(|| quote!(.with_auth(&self.tools.auth)));
    let items = quote! {
        impl mc::GuestEvents for App {
            #[allow(unused_variables, reason = "there may be no event")]
            fn publish<'p>(
                &'p self,
                guest: &'static mc::Identity,
                event: &'p str,
                json: &'p [u8],
                transaction: ::core::option::Option<&'p mut (dyn mc::GuestTransaction + 'static)>,
            ) -> mc::Pending<'p, ()> {
                ::std::boxed::Box::pin(async move {
                    let bus = self.tools.bus.running().map_err(mc::Down::to_error)?;
                    let bus = mc::Tool::bind(bus, guest);
                    match event {
                        #(#events)*
                        _ => return ::core::result::Result::Err(mc::no_guest_event(event)),
                    }
                    #[allow(unreachable_code, reason = "there may be no event")]
                    Ok(())
                })
            }
        }

        impl App {
            fn guest_tools(&'static self) -> mc::GuestTools {
                mc::GuestTools::of(&MANIFEST, <Self as mc::Application>::tables)
                    #database
                    .with_state(&self.tools.state)
                    .with_events(self, &self.tools.bus)
                    #auth
                    #compiled
            }
        }
    };
    Guests {
        items: Some(items),
        connect: Some(quote!(mc::connect_guests(&self.tools.sidecars, self.guest_tools());)),
        inside: Some(quote!(.with_guests(&self.tools.sidecars))),
    }
}
