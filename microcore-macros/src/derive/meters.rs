//! `#[derive(Meters)]`. In: a struct whose fields are counters, gauges and histograms. Out: the facts of each, the static
//! that the application counts in, and what reads it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DeriveInput, Expr, ExprLit, Field, Fields, GenericArgument, Lit, LitStr, PathArguments, Token,
    Type,
};

use super::label::snake;
use super::report::Report;
use super::settings::first_sentence;

const HELP: &str = "write `#[meter(unit = \"eur\", bounds = [10, 100, 1000])]`";
const KINDS: [&str; 3] = ["Counter", "Gauge", "Histogram"];

pub(crate) fn expand_meters(input: TokenStream) -> TokenStream {
    Report::of(input, meters)
}

fn meters(item: &DeriveInput, report: &mut Report) -> TokenStream {
    let name = &item.ident;
    let fields = match &item.data {
        Data::Struct(data) if item.generics.params.is_empty() => match &data.fields {
            Fields::Named(fields) => Some(&fields.named),
            _ => None,
        },
        _ => None,
    };
    let Some(fields) = fields else {
        let sentence = format!("`{name}` must be a struct with named fields and no parameters to derive `Meters`");
        report.add(name, "MC0522", &sentence, &format!("write `pub struct {name} {{ placed: Counter }}`"));
        return TokenStream::new();
    };
    let prefix = prefix(&item.attrs, report).unwrap_or_else(|| snake(name));
    let all: Vec<_> = fields.iter().filter_map(|field| meter(field, &prefix, report)).collect();
    let (idents, facts, news): (Vec<_>, Vec<_>, Vec<_>) =
        all.into_iter().map(|meter| (meter.ident, meter.facts, meter.new)).collect();
    let home = name.to_string();
    quote! {
        #[automatically_derived]
        impl ::microcore::__private::OwnMeters for #name {
            const HOME: &'static str = ::core::concat!(::core::module_path!(), "::", #home);
            const FACTS: &'static [::microcore::__private::OwnFacts] = &[#(#facts),*];
            #[allow(clippy::declare_interior_mutable_const, reason = "what a static begins with")]
            const NEW: Self = Self { #(#idents: #news),* };

            fn shown() -> &'static Self {
                static SHOWN: #name = <#name as ::microcore::__private::OwnMeters>::NEW;
                &SHOWN
            }

            fn read(&self) -> ::std::vec::Vec<::std::vec::Vec<::microcore::__private::OwnSeries>> {
                ::std::vec![#(::microcore::__private::OwnMeter::series(&self.#idents)),*]
            }
        }
    }
}

/// One field.
struct Meter {
    ident: TokenStream,
    facts: TokenStream,
    new: TokenStream,
}

fn meter(field: &Field, prefix: &str, report: &mut Report) -> Option<Meter> {
    let ident = field.ident.as_ref()?;
    let ty = &field.ty;
    let kind = kind(ty, report)?;
    let options = Options::read(&field.attrs, report)?;
    if kind == "Histogram" && options.bounds.is_none() {
        let sentence = format!("histogram `{ident}` needs the bounds between which it counts");
        report.add(ty, "MC0522", &sentence, HELP);
        return None;
    }
    if let Some((_, place)) = options.bounds.as_ref().filter(|_| kind != "Histogram") {
        report.add(
            place,
            "MC0522",
            "only a histogram has `bounds`",
            &format!("delete them, or write `{ident}: Histogram`"),
        );
        return None;
    }
    let (written, unit, help) =
        (ident.unraw().to_string(), options.unit.unwrap_or_default(), first_sentence(&field.attrs));
    let with_unit = if unit.is_empty() { String::new() } else { format!("_{unit}") };
    let total = if kind == "Counter" { "_total" } else { "" };
    let (full, dotted) = (format!("{prefix}_{written}{with_unit}{total}"), format!("{prefix}.{written}"));
    let lines = options.bounds.as_ref().map_or(1, |(bounds, _)| bounds.len() + 3);
    let place = ty.span();
    let meter = quote_spanned!(place=> <#ty as ::microcore::__private::OwnMeter>);
    let new = match &options.bounds {
        Some((bounds, _)) => quote_spanned!(place=> <#ty>::bounded(&[#(#bounds),*])),
        None => quote_spanned!(place=> <#ty>::NEW),
    };
    let facts = quote! {
        ::microcore::__private::OwnFacts {
            name: #full,
            dotted: #dotted,
            kind: #meter::KIND,
            unit: #unit,
            help: #help,
            labels: #meter::LABELS,
            series: #meter::PLACES * #lines,
        }
    };
    Some(Meter { ident: ident.to_token_stream(), facts, new })
}

/// `Counter`, `Gauge` or `Histogram`; a text can't be the label of any.
fn kind(ty: &Type, report: &mut Report) -> Option<&'static str> {
    let last = match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    let kind = last.and_then(|last| KINDS.into_iter().find(|kind| last.ident == kind));
    let (Some(last), Some(kind)) = (last, kind) else {
        let written = ty.to_token_stream().to_string().replace(' ', "");
        let sentence = format!("`{written}` is no meter");
        report.add(
            ty,
            "MC0522",
            &sentence,
            "write `Counter`, `Gauge` or `Histogram`, with a label as `Counter<Country>`",
        );
        return None;
    };
    if let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(GenericArgument::Type(label)) = arguments.args.first()
        && is_text(label)
    {
        let written = label.to_token_stream().to_string().replace("' ", "'").replace("& ", "&");
        let sentence = format!("`{written}` can't be the label of a meter: its values are not known while compiling");
        report.add(label, "MC0523", &sentence, "write an enum: `#[derive(Label)] pub enum Country { At, De }`");
        return None;
    }
    Some(kind)
}

fn is_text(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => is_text(&reference.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "String" || last.ident == "str"),
        _ => false,
    }
}

/// `#[meters(prefix = "shop")]`.
fn prefix(attributes: &[Attribute], report: &mut Report) -> Option<String> {
    let mut prefix = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("meters")) {
        let read = attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("prefix") {
                return Err(meta.error("there is no such word here"));
            }
            prefix = Some(word(&meta.value()?.parse()?)?);
            Ok(())
        });
        if let Err(error) = read {
            report.add_error(&error, "meters", "MC0522", "write `#[meters(prefix = \"shop\")]`");
        }
    }
    prefix
}

/// What stands in `#[meter(…)]`.
#[derive(Default)]
struct Options {
    unit: Option<String>,
    /// With where they stand.
    bounds: Option<(Vec<f64>, Expr)>,
}

impl Options {
    fn read(attributes: &[Attribute], report: &mut Report) -> Option<Self> {
        let mut options = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("meter")) {
            let read = attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("unit") {
                    options.unit = Some(word(&meta.value()?.parse()?)?);
                } else if meta.path.is_ident("bounds") {
                    let list: Expr = meta.value()?.parse()?;
                    options.bounds = Some((bounds(&list)?, list));
                } else {
                    return Err(meta.error("there is no such word here"));
                }
                Ok(())
            });
            if let Err(error) = read {
                report.add_error(&error, "meter", "MC0522", HELP);
                return None;
            }
        }
        Some(options)
    }
}

/// A part of a name: lower case, digits and `_`.
fn word(text: &LitStr) -> syn::Result<String> {
    let value = text.value();
    let is_word = value.starts_with(|one: char| one.is_ascii_lowercase())
        && value.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_');
    if is_word {
        Ok(value)
    } else {
        Err(syn::Error::new_spanned(text, format!("`{value}` must be in lower snake case")))
    }
}

/// Numbers that grow.
fn bounds(list: &Expr) -> syn::Result<Vec<f64>> {
    let empty = Punctuated::<Expr, Token![,]>::new();
    let elements = if let Expr::Array(array) = list { &array.elems } else { &empty };
    let mut bounds: Vec<f64> = Vec::new();
    for element in elements {
        let bound = match element {
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse::<f64>().ok(),
            Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => number.base10_parse::<f64>().ok(),
            _ => None,
        };
        match bound {
            Some(bound) if bounds.last().is_none_or(|last| *last < bound) => bounds.push(bound),
            _ => {
                return Err(syn::Error::new_spanned(
                    element,
                    "`bounds` must be numbers, each larger than the one before",
                ));
            }
        }
    }
    if bounds.is_empty() {
        return Err(syn::Error::new_spanned(list, "`bounds` must be a list of numbers that grow"));
    }
    Ok(bounds)
}
