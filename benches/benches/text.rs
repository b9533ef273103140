//! Reading and shortening texts that were made to be read again and again: twice the text takes
//! twice the time.

#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use social_core::text::{Syntax, Unit, controls, entities, fit};

const PIECES: [(&str, &str); 4] =
    [("dots", "a."), ("brackets", "https://a.at/(b"), ("tags", "#a "), ("links", "https://a.at/b, ")];

fn texts(c: &mut Criterion) {
    let mut group = c.benchmark_group("text");
    group.sample_size(10);
    for (name, piece) in PIECES {
        for kilobytes in [10, 20, 40] {
            let text = piece.repeat(kilobytes * 1_000 / piece.len());
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(BenchmarkId::new(format!("read {name}"), kilobytes), |b| {
                b.iter(|| {
                    (entities(black_box(&text), Syntax::Usual), entities(&text, Syntax::AtProtocol), controls(&text))
                });
            });
            group.bench_function(BenchmarkId::new(format!("fit {name}"), kilobytes), |b| {
                b.iter(|| fit(black_box(&text), &[(Unit::Graphemes, 300), (Unit::XWeighted, 280)]));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, texts);
criterion_main!(benches);
