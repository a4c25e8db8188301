//! The router: path and method → the handler's adapter, as nested `match`es.
//!
//! A literal segment goes before a parameter, a parameter before the rest; what does not match falls through to the
//! next possibility. So does a path that matches without the method: `POST /x/me` beside `GET /x/{id}` leaves
//! `GET /x/me` to the parameter. Where nothing has the method, what the patterns on the way have is gathered for 405, and
//! the folder with the longest path is asked whether it has such a file.

use std::collections::BTreeMap;

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;

use super::{intercept, literals, meters};
use crate::decl::{Reads, RouteDecl, Segment, shown};
use crate::expand::paths;
use crate::expand::plugin::adapter_name;
use crate::wiring::{PluginNode, Wiring};

/// One segment deep in the tree of all paths.
#[derive(Default)]
struct Node<'w> {
    literals: BTreeMap<String, Node<'w>>,
    parameter: Option<Box<Node<'w>>>,
    rest: Option<Vec<Leaf<'w>>>,
    /// What the path that ends here answers.
    leaves: Vec<Leaf<'w>>,
}

/// One route.
struct Leaf<'w> {
    plugin: &'w PluginNode,
    route: &'w RouteDecl,
}

impl Leaf<'_> {
    /// The variant of `Endpoint`: `UsersGetUserGetOne`.
    fn variant(&self) -> Ident {
        let (file, route) = (&self.plugin.file, self.route);
        let (domain, module) = (shown(&file.domain), shown(&file.module));
        let text = format!("{domain}_{module}_{}_{}", route.method, shown(&route.handler));
        let words = text.split('_').map(|word| {
            let mut characters = word.chars();
            characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect::<String>()
        });
        format_ident!("{}", words.collect::<String>())
    }

    /// What is known of it, for the interceptors around it.
    fn matched(&self) -> TokenStream {
        let (file, route) = (&self.plugin.file, self.route);
        let (domain, plugin, handler) = (shown(&file.domain), shown(&file.module), shown(&route.handler));
        let (method, path) = (route.method.to_string().to_uppercase(), &route.path.literal);
        let tag = match &route.tag {
            Some(tag) => quote!(::core::option::Option::Some(#tag)),
            None => quote!(::core::option::Option::None),
        };
        quote! {
            &mc::Route { method: #method, path: #path, domain: #domain, plugin: #plugin, handler: #handler, tag: #tag }
        }
    }

    fn parameters(&self) -> Vec<Ident> {
        // Whatever it is called, it is none of the names around it.
        let name = |name: &str| format_ident!("path_{name}");
        self.route.path.parameters().map(name).collect()
    }
}

pub(crate) fn expand(wiring: &Wiring) -> TokenStream {
    let mut root = Node::default();
    for plugin in &wiring.plugins {
        for route in &plugin.decl.routes {
            root.insert(&route.path.segments, Leaf { plugin, route });
        }
    }
    let leaves =
        || wiring.plugins.iter().flat_map(|plugin| plugin.decl.routes.iter().map(move |route| Leaf { plugin, route }));
    let variants = leaves().map(|leaf| {
        let (variant, parameters) = (leaf.variant(), leaf.parameters());
        let fields: Vec<_> = parameters.iter().map(|name| quote!(#name: &'path str)).collect();
        if fields.is_empty() { quote!(#variant) } else { quote!(#variant { #(#fields),* }) }
    });
    let calls = leaves().map(|leaf| {
        let (variant, parameters, field) = (leaf.variant(), leaf.parameters(), leaf.plugin.field());
        let adapter = adapter_name(&leaf.route.method.to_string(), &leaf.route.handler);
        let auth = leaf.route.guarded.then(|| quote!(&self.tools.auth,));
        let tools = leaf.route.extracts.then(|| quote!(&self.tools,));
        let allowed = leaf.route.is_mount().then(|| quote!(allowed));
        let pattern = if parameters.is_empty() { quote!() } else { quote!({ #(#parameters),* }) };
        let parameters = parameters.iter().map(|name| quote!(#name)).chain(allowed);
        // The span of the handler, so that what is wrong with its types is reported there.
        let call = quote_spanned!(paths::shown_at(leaf.route.handler.span())=> plugin.#adapter(head, body, #auth #tools #(#parameters,)* response));
        let standing = wiring.before_route(leaf.plugin, leaf.route);
        let call = intercept::around(&standing, &leaf.matched(), quote!(#call.await));
        // No parameter of a path can be meant by that name.
        let (meter, begun) = (meters::of_route(leaf.plugin, leaf.route), Ident::new("begun", Span::mixed_site()));
        quote! {
            Endpoint::#variant #pattern => {
                let #begun = #meter.begin();
                match self.plugins.#field.running() {
                    Ok(plugin) => #call,
                    Err(down) => *response = mc::unavailable(down),
                }
                mc::end(#begun, response.status());
            }
        }
    });
    let tree = root.expand(0, &[]);
    let has_folders = leaves().any(|leaf| leaf.route.is_mount());
    let folder =
        has_folders.then(|| quote!(let mut folder: ::core::option::Option<Self> = ::core::option::Option::None;));
    let none = quote!(Self::None(::core::marker::PhantomData));
    let nowhere = if has_folders { quote!(folder.unwrap_or(#none)) } else { none };
    let standing = wiring.before_all();
    // Without interceptors of every request there is no step in between.
    let route = if standing.is_empty() { format_ident!("route") } else { format_ident!("route_inside") };
    let none_yet = quote!(let mut allowed = mc::Methods::NONE;);
    let find = quote!(Endpoint::find(&head.method, head.uri.path(), &mut allowed));
    // Where they ask which route it is, it is found before they run, and not once more behind them.
    let finds_first = standing.iter().any(|(_, decl)| decl.route != Reads::No);
    let (found, passed) = if finds_first {
        (quote!(endpoint: Endpoint<'_>, allowed: mc::Methods,), quote!(endpoint, allowed,))
    } else {
        (quote!(), quote!())
    };
    let outside = (!standing.is_empty()).then(|| {
        let inner = quote!(self.#route(#passed head, body, response).await);
        let inside = intercept::around(&standing, &quote!(matched), inner);
        let matched = finds_first.then(|| quote!(#none_yet let endpoint = #find; let matched = endpoint.matched();));
        quote! {
            impl App {
                async fn route(&'static self, head: &mc::Head, body: mc::Body, response: &mut mc::Response) {
                    #matched
                    #inside
                }
            }
        }
    });
    let known = finds_first.then(|| known(leaves()));
    let (none_yet, endpoint) = if finds_first { (None, quote!(endpoint)) } else { (Some(none_yet), find) };
    // Guests have what no plugin has, so that they cost the routes of plugins nothing.
    let nobody = if wiring.has_guests() {
        quote!(mc::ask_guests(&self.tools.sidecars, head, body, allowed, response).await)
    } else {
        quote!(*response = mc::no_route(head, allowed))
    };
    quote! {
        /// Where a request goes.
        enum Endpoint<'path> {
            #(#variants,)*
            None(::core::marker::PhantomData<&'path str>),
        }

        impl<'path> Endpoint<'path> {
            #[allow(unused_variables, reason = "an application may have no routes")]
            #[inline]
            fn find(method: &mc::HttpMethod, path: &'path str, allowed: &mut mc::Methods) -> Self {
                let rest = mc::Segments::of(path);
                #folder
                #tree
                #nowhere
            }

            #known
        }

        #outside

        impl App {
            #[allow(unused_variables, reason = "an application may have no routes")]
            async fn #route(&'static self, #found head: &mc::Head, body: mc::Body, response: &mut mc::Response) {
                #none_yet
                match #endpoint {
                    #(#calls)*
                    Endpoint::None(_) => #nobody,
                }
            }
        }
    }
}

/// What an endpoint is, for the interceptors of every request.
fn known<'w>(leaves: impl Iterator<Item = Leaf<'w>>) -> TokenStream {
    let arms = leaves.map(|leaf| {
        let (variant, matched) = (leaf.variant(), leaf.matched());
        quote!(Self::#variant { .. } => ::core::option::Option::Some(#matched),)
    });
    quote! {
        fn matched(&self) -> ::core::option::Option<&'static mc::Route> {
            match self {
                #(#arms)*
                Self::None(_) => ::core::option::Option::None,
            }
        }
    }
}

impl<'w> Node<'w> {
    fn insert(&mut self, segments: &'w [Segment], leaf: Leaf<'w>) {
        match segments {
            [] => self.leaves.push(leaf),
            [Segment::Literal(text), rest @ ..] => self.literals.entry(text.clone()).or_default().insert(rest, leaf),
            [Segment::Parameter(_), rest @ ..] => self.parameter.get_or_insert_default().insert(rest, leaf),
            [Segment::Rest(_), ..] => self.rest.get_or_insert_default().push(leaf),
        }
    }

    /// Code that returns where this node matches and falls through where it does not. `rest` is what is left of the path.
    fn expand(&self, depth: usize, captured: &[Ident]) -> TokenStream {
        let (segment, next) = (local("segment", depth), local("rest", depth));
        let left = if depth == 0 {
            quote!(rest)
        } else {
            let left = local("rest", depth - 1);
            quote!(#left)
        };
        let end = (!self.leaves.is_empty()).then(|| {
            let methods = by_method(&self.leaves, captured);
            quote!(if #left.is_end() { #methods })
        });
        let arms = self.literals.iter().map(|(text, node)| (text.clone(), node.expand(depth + 1, captured)));
        // What a path can't hold as it is comes in more than one spelling.
        let (arms, encoded): (Vec<_>, Vec<_>) = arms.partition(|(text, _)| is_plain(text));
        let literals = (!arms.is_empty()).then(|| literals::expand(&quote!(#segment), &arms));
        let encoded = encoded.iter().map(|(text, inner)| quote!(if mc::spells(#segment, #text) { #inner }));
        let literals = (!self.literals.is_empty()).then(|| quote!(#literals #(#encoded)*));
        let parameter = self.parameter.as_ref().map(|node| {
            let mut captured = captured.to_vec();
            captured.push(segment.clone());
            let inner = node.expand(depth + 1, &captured);
            // An empty segment is no value: `/users/` is not a user.
            quote!(if !#segment.is_empty() { #inner })
        });
        let deeper = (literals.is_some() || parameter.is_some()).then(|| {
            quote! {
                if let Some((#segment, #next)) = #left.split() {
                    #literals
                    #parameter
                }
            }
        });
        let rest = self.rest.as_ref().map(|leaves| {
            let whole = local("whole", depth);
            let mut captured = captured.to_vec();
            captured.push(whole.clone());
            let methods = by_method(leaves, &captured);
            // A folder has a page of its own, which is at its slash: without one it sends there.
            let folder = leaves.iter().find(|leaf| depth > 0 && leaf.route.is_mount()).map(|leaf| {
                let methods = by_method(std::slice::from_ref(leaf), &captured);
                quote!(else { let #whole = ""; #methods })
            });
            quote!(if let Some(#whole) = #left.remaining() { #methods } #folder)
        });
        quote!(#end #deeper #rest)
    }
}

/// `match method { … }` for the routes of one path: returns, or notes what else there is.
fn by_method(leaves: &[Leaf<'_>], captured: &[Ident]) -> TokenStream {
    let mut methods: Vec<(String, bool, TokenStream)> = Vec::new();
    for leaf in leaves {
        let (variant, parameters) = (leaf.variant(), leaf.parameters());
        let fields: Vec<_> = parameters.iter().zip(captured).map(|(name, value)| quote!(#name: #value)).collect();
        let fields = if fields.is_empty() { quote!() } else { quote!({ #(#fields),* }) };
        methods.push((leaf.route.verb(), leaf.route.is_mount(), quote!(Self::#variant #fields)));
    }
    methods.sort_by(|left, right| left.0.cmp(&right.0));
    // HEAD is GET without the body.
    let bits: u8 = methods.iter().filter(|(_, is_mount, _)| !is_mount).map(|(name, ..)| method_bit(name)).sum();
    let arms = methods.iter().map(|(name, is_mount, endpoint)| {
        let constant = format_ident!("{name}");
        let head = (name == "GET").then(|| quote!(| mc::HttpMethod::HEAD));
        // A folder tells them where it has no such file.
        if *is_mount && bits > 0 {
            quote!(mc::HttpMethod::#constant #head => { allowed.add(#bits); return #endpoint; })
        } else {
            quote!(mc::HttpMethod::#constant #head => return #endpoint,)
        }
    });
    // With another method a folder is asked once no route is left, for a file says what it may be asked with.
    let folder = methods.iter().find(|(_, is_mount, _)| *is_mount).map(|(.., endpoint)| endpoint);
    let other = match folder {
        Some(endpoint) => quote!({ allowed.add(#bits); folder.get_or_insert(#endpoint); }),
        None => quote!(allowed.add(#bits),),
    };
    quote! {
        match *method {
            #(#arms)*
            _ => #other
        }
    }
}

/// Whether requests spell a literal as it is: RFC 3986, 3.3.
fn is_plain(literal: &str) -> bool {
    literal.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte))
}

/// The place of a method in `Methods`.
fn method_bit(name: &str) -> u8 {
    let names = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
    names.iter().position(|known| *known == name).map_or(0, |position| 1 << position)
}

fn local(name: &str, depth: usize) -> Ident {
    Ident::new(&format!("{name}{depth}"), Span::call_site())
}
