using System.Collections.Immutable;
using System.Globalization;
using Pile.Format.Yaml;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>The content of a pin: everything that determines which values a run receives, and in which order (QUERIES.md, section
/// 4).</summary>
internal sealed record PinDocument
{
    private const string Version = "1";

    internal required SavedQuery Query { get; init; }

    internal SplitStep? Split { get; init; }

    /// <summary>The part of the split, or that which is left out.</summary>
    internal (string Name, bool IsExcept) Part { get; init; }

    /// <summary>The hash of the parts, see <see cref="RowSplit.Hash"/>.</summary>
    internal string? PartsSha256 { get; init; }

    internal PinnedDraw? Draw { get; init; }

    /// <summary>The number of rows of an epoch.</summary>
    internal required long Rows { get; init; }

    /// <summary>The hash of their ids in the order of the source, before the shuffle.</summary>
    internal required string IdsSha256 { get; init; }

    internal ulong? Seed { get; init; }

    internal BlockShuffle? Shuffle { get; init; }

    internal int? Epochs { get; init; }

    internal ImmutableArray<BandScale> Scales { get; init; } = [];

    internal string? MeasuredRows { get; init; }

    /// <summary>The SHA-256 of the canonical JSON without addresses.</summary>
    internal string Hash => HashedJson.Hash(new Dictionary<string, object?>
    {
        ["pile_pin"] = 1,
        ["query"] = Query.Canonical(),
        ["split"] = Split is null ? null : new Dictionary<string, object?>
        {
            ["kind"] = Split.Kind,
            ["parameters"] = Split.Parameters.ToDictionary(p => p.Key, p => (object?)p.Value.ToArray()),
            [Part.IsExcept ? "except" : "part"] = Part.Name,
            ["parts_sha256"] = PartsSha256,
        },
        ["draw"] = Draw is null ? null : new Dictionary<string, object?>
        {
            ["kind"] = Draw.Kind,
            ["column"] = Draw.Column,
            ["rows"] = Draw.Rows,
            ["seed"] = Text(Draw.Seed),
        },
        ["rows"] = Rows,
        ["ids_sha256"] = IdsSha256,
        ["order"] = new Dictionary<string, object?>
        {
            ["epochs"] = Epochs,
            ["seed"] = Seed is { } seed ? Text(seed) : null,
            ["shuffle"] = Shuffle is null ? null : new Dictionary<string, object?>
            {
                ["block_rows"] = Shuffle.BlockRows,
                ["blocks_per_round"] = Shuffle.BlocksPerRound,
                ["lanes"] = Shuffle.Lanes,
                ["lane_rows"] = Shuffle.LaneRows,
            },
        },
        ["normalise"] = Scales.IsEmpty ? null : new Dictionary<string, object?>
        {
            ["of"] = MeasuredRows,
            ["columns"] = Scales.Select(Canonical).ToArray(),
        },
    });

    internal static IReadOnlyDictionary<string, object?> Canonical(BandScale scale) => new Dictionary<string, object?>
    {
        ["column"] = scale.Column,
        ["band"] = scale.Band,
        ["mean"] = Text(scale.Mean),
        ["std"] = Text(scale.Std),
    };

    /// <summary>Writes the keys of the pin.</summary>
    internal void Write(YamlText text)
    {
        text.Number("pile_pin", 1);
        text.Map("query", () => Query.Write(text));
        if (Split is { } split)
            text.Map("split", () =>
            {
                text.Text("kind", split.Kind);
                text.Map("parameters", () =>
                {
                    foreach ((string key, ImmutableArray<string> values) in split.Parameters)
                        SavedText.Write(text, key, values);
                });
                text.Text(Part.IsExcept ? "except" : "part", Part.Name);
                text.Text("parts_sha256", PartsSha256);
            });
        if (Draw is { } draw)
            text.Map("draw", () =>
            {
                text.Text("kind", draw.Kind);
                text.Text("column", draw.Column);
                text.Number("rows", draw.Rows);
                text.Text("seed", Text(draw.Seed));
            });
        text.Number("rows", Rows);
        text.Text("ids_sha256", IdsSha256);
        text.Map("order", () =>
        {
            text.Number("epochs", Epochs);
            text.Text("seed", Seed is { } seed ? Text(seed) : null);
            if (Shuffle is { } shuffle)
                text.Map("shuffle", () =>
                {
                    text.Number("block_rows", shuffle.BlockRows);
                    text.Number("blocks_per_round", shuffle.BlocksPerRound);
                    text.Number("lanes", shuffle.Lanes);
                    text.Number("lane_rows", shuffle.LaneRows);
                });
        });
        if (!Scales.IsEmpty)
            text.Map("normalise", () =>
            {
                text.Text("of", MeasuredRows);
                text.List("columns", () =>
                {
                    foreach (BandScale scale in Scales)
                        text.MapItem(() =>
                        {
                            text.Text("column", scale.Column);
                            text.Text("band", scale.Band);
                            text.Text("mean", Text(scale.Mean));
                            text.Text("std", Text(scale.Std));
                        });
                });
            });
    }

    /// <summary>Reads a pin.</summary>
    /// <exception cref="Pile.Format.PileException">The mapping is not a pin.</exception>
    internal static PinDocument Read(YamlMap map)
    {
        map.RequireKeys("pile_pin", "query", "split", "draw", "rows", "ids_sha256", "order", "normalise");
        if (map.Required("pile_pin").AsScalar() is { Text: not Version } version)
            throw version.Invalid($"expected version {Version} of pins, found {version.Text}; install a newer version of pile");
        SavedQuery query = SavedQuery.Read(map.Required("query").AsMap());
        if (query.IsFollowing)
            throw map.Required("query").Invalid("the query of a pin must have the root of its dataset; it cannot follow it");
        YamlMap order = map.Required("order").AsMap();
        order.RequireKeys("epochs", "seed", "shuffle");
        if (order.TryFind("seed", out _) != order.TryFind("shuffle", out _))
            throw order.Invalid("a seed and a shuffle belong together; one is missing");
        PinDocument pin = new()
        {
            Query = query,
            Rows = SavedText.Count(map, "rows") ?? throw map.Invalid("the key 'rows' is missing"),
            IdsSha256 = SavedText.Sha256(map.Required("ids_sha256")),
            Draw = map.Find("draw") is { } draw ? ReadDraw(draw.AsMap()) : null,
            Seed = order.Find("seed") is { } seed ? Number<ulong>(seed) : null,
            Shuffle = order.Find("shuffle") is { } shuffle ? ReadShuffle(shuffle.AsMap()) : null,
            Epochs = order.Find("epochs") is { } epochs ? Positive(epochs) : null,
        };
        if (map.Find("split")?.AsMap() is { } split)
            pin = ReadSplit(pin, split);
        if (map.Find("normalise")?.AsMap() is not { } normalise)
            return pin;
        normalise.RequireKeys("of", "columns");
        return pin with
        {
            MeasuredRows = normalise.Text("of"),
            Scales = [.. normalise.Required("columns").AsList().Items.Select(item => ReadScale(item.AsMap()))],
        };
    }

    private static PinDocument ReadSplit(PinDocument pin, YamlMap split)
    {
        split.RequireKeys("kind", "parameters", "part", "except", "parts_sha256");
        if (split.TryFind("part", out _) == split.TryFind("except", out _))
            throw split.Invalid("expected one of 'part' and 'except'");
        return pin with
        {
            Split = new SplitStep(split.Text("kind"), split.Required("parameters").AsMap().Entries
                .ToImmutableSortedDictionary(p => p.Key.Text, p => SavedText.List(p.Value), StringComparer.Ordinal)),
            Part = split.TextOrNull("part") is { } part ? (part, false) : (split.Text("except"), true),
            PartsSha256 = SavedText.Sha256(split.Required("parts_sha256")),
        };
    }

    private static PinnedDraw ReadDraw(YamlMap draw)
    {
        draw.RequireKeys("kind", "column", "rows", "seed");
        long? rows = SavedText.Count(draw, "rows");
        return draw.Text("kind") is PinnedDraw.Balanced || (draw.Text("kind") == PinnedDraw.AtMost && rows > 0)
            ? new PinnedDraw(draw.Text("kind"), draw.Text("column"), rows, Number<ulong>(draw.Required("seed")))
            : throw draw.Required("kind").Invalid($"expected {PinnedDraw.Balanced}, or {PinnedDraw.AtMost} with 'rows'");
    }

    private static BlockShuffle ReadShuffle(YamlMap shuffle)
    {
        shuffle.RequireKeys("block_rows", "blocks_per_round", "lanes", "lane_rows");
        BlockShuffle read = new()
        {
            BlockRows = Positive(shuffle.Required("block_rows")),
            BlocksPerRound = Positive(shuffle.Required("blocks_per_round")),
            Lanes = Positive(shuffle.Required("lanes")),
            LaneRows = Positive(shuffle.Required("lane_rows")),
        };
        // The rows of a round are in memory together, and each lane has a list.
        return (UInt128)(uint)read.BlockRows * (uint)read.BlocksPerRound * (uint)read.Lanes <= int.MaxValue
            && read.Lanes <= BlockShuffle.MostLanes ? read
            : throw shuffle.Invalid($"a round has at most {int.MaxValue} rows in at most {BlockShuffle.MostLanes} lanes");
    }

    private static BandScale ReadScale(YamlMap scale)
    {
        scale.RequireKeys("column", "band", "mean", "std");
        double mean = scale.Required("mean").AsScalar().AsDouble(), std = scale.Required("std").AsScalar().AsDouble(0, double.MaxValue);
        return new BandScale(scale.Text("column"), scale.TextOrNull("band"), mean, std);
    }

    private static int Positive(YamlNode node) => node.AsScalar().AsInt64() is > 0 and <= int.MaxValue and var number ? (int)number
        : throw node.Invalid("expected a number of at least 1");

    private static T Number<T>(YamlNode node) where T : IParsable<T> =>
        T.TryParse(node.AsScalar().Text, CultureInfo.InvariantCulture, out T? number) ? number
            : throw node.Invalid($"expected a number, found '{node.AsScalar().Text}'");

    private static string Text(IFormattable number) => number.ToString(number is double ? "R" : null, CultureInfo.InvariantCulture);
}
