using System.Collections.Immutable;
using Pile.Format.Yaml;

namespace Pile.Reading;

/// <summary>A saved query: a dataset by its root, and what selects, sorts and limits its rows (QUERIES.md).</summary>
internal sealed record SavedQuery
{
    internal const int Version = 1;

    private const string Descending = " desc", Native = "native";

    private static readonly string[] Keys = ["pile_query", "dataset", "layers", "follow", "where", "region", "ids", "view", "columns",
        "sort", "limit", "rows", "ids_sha256"];

    /// <summary>The dataset's folder or address, relative to the file; not part of the hash.</summary>
    internal required string Address { get; init; }

    /// <summary>The dataset's root; null if the query follows the dataset.</summary>
    internal string? Root { get; init; }

    /// <summary>The column of ids of a HATS catalogue, or <c>row</c> for row numbers; null if it is found by its name.</summary>
    internal string? IdColumn { get; init; }

    /// <summary>True if the query selects rows of whatever dataset is at the address.</summary>
    internal bool IsFollowing => Root is null;

    /// <summary>The layers, each at one commit.</summary>
    internal ImmutableArray<SavedLayer> Layers { get; init; } = [];

    internal ImmutableArray<string> Where { get; init; } = [];

    internal ImmutableArray<SavedRegion> Regions { get; init; } = [];

    /// <summary>The ids among which rows are selected, in any order; null for all rows.</summary>
    internal ImmutableArray<string>? Ids { get; init; }

    /// <summary>True if names are those of the survey, without aliases.</summary>
    internal bool IsNative { get; init; }

    /// <summary>The columns; null for all light ones.</summary>
    internal ImmutableArray<string>? Columns { get; init; }

    internal ImmutableArray<(string Expression, bool Descending)> Order { get; init; } = [];

    internal long? Limit { get; init; }

    /// <summary>The number of rows; null if the query follows the dataset.</summary>
    internal long? Rows { get; init; }

    /// <summary>The hash of the ids in the query's order, see <see cref="IdsHash"/>; null if the query follows the dataset.</summary>
    internal string? IdsSha256 { get; init; }

    /// <summary>The SHA-256 of the canonical JSON without addresses.</summary>
    internal string Hash => HashedJson.Hash(Canonical());

    /// <summary>Returns the document without addresses, as values of <see cref="HashedJson"/>.</summary>
    internal IReadOnlyDictionary<string, object?> Canonical() => new Dictionary<string, object?>
    {
        ["pile_query"] = Version,
        ["root"] = Root,
        ["id"] = IdColumn,
        ["follow"] = IsFollowing ? true : null,
        ["layers"] = Layers.IsEmpty ? null
            : Layers.Select(l => new Dictionary<string, object?>
            {
                ["commit"] = l.Commit,
                ["hash"] = l.Hash,
                ["prefix"] = l.Prefix,
            }).ToArray(),
        ["where"] = Where.IsEmpty ? null : Where.ToArray(),
        ["region"] = Regions.IsEmpty ? null : Regions.Select(r => new Dictionary<string, object?> { [r.Kind] = r.Text }).ToArray(),
        ["ids"] = Ids?.ToArray(),
        ["view"] = IsNative ? Native : null,
        ["columns"] = Columns?.ToArray(),
        ["sort"] = Order.IsEmpty ? null : SortTexts().ToArray(),
        ["limit"] = Limit,
        ["rows"] = Rows,
        ["ids_sha256"] = IdsSha256,
    };

    /// <summary>Reads a query.</summary>
    /// <param name="map">The mapping, of a file of its own or in a pin.</param>
    /// <exception cref="Pile.Format.PileException">The mapping is not a query.</exception>
    internal static SavedQuery Read(YamlMap map)
    {
        map.RequireKeys(Keys);
        if (map.Required("pile_query").AsScalar() is { Text: not "1" } version)
            throw version.Invalid($"expected version {Version} of saved queries, found {version.Text}; install a newer version of pile");
        YamlMap dataset = map.Required("dataset").AsMap();
        dataset.RequireKeys("address", "root", "id");
        YamlScalar address = dataset.Required("address").AsScalar();
        if (address.Text.Length == 0 || SavedQueryFile.IsAddress(address.Text))
            throw address.Invalid($"expected the folder or address of a dataset, found '{address.Text}'");
        if (dataset.Find("id") is { } id && id.AsScalar().Text.Length == 0)
            throw id.Invalid("expected the column of ids of a HATS catalogue, or row; found an empty text");
        bool follows = map.Find("follow")?.AsScalar().AsBool() ?? false;
        foreach ((YamlMap of, string key) in ((YamlMap, string)[])[(dataset, "root"), (map, "rows"), (map, "ids_sha256")])
            if (follows == of.TryFind(key, out _))
                throw of.Invalid(follows ? $"a query with 'follow: true' has no key '{key}'; remove one of them"
                    : $"the key '{key}' is missing; a query without it needs 'follow: true'");
        SavedQuery query = new()
        {
            Address = address.Text,
            Root = follows ? null : SavedText.Sha256(dataset.Required("root")),
            IdColumn = dataset.TextOrNull("id"),
            Layers = map.Find("layers") is { } layers ? [.. layers.AsList().Items.Select(l => ReadLayer(l, follows))] : [],
            Where = map.Find("where") is { } where ? SavedText.List(where) : [],
            Regions = map.Find("region") is { } regions ? [.. regions.AsList().Items.Select(SavedRegion.Read)] : [],
            Ids = map.Find("ids") is { } ids ? SavedText.List(ids) : null,
            IsNative = map.Find("view") is { } view && (view.AsScalar().Text is Native or "standard" ? view.AsScalar().Text == Native
                : throw view.Invalid($"expected standard or {Native}, found '{view.AsScalar().Text}'")),
            Columns = map.Find("columns") is { } columns ? SavedText.List(columns) : null,
            Order = map.Find("sort") is { } sort ? [.. SavedText.List(sort).Select(SortOf)] : [],
            Limit = SavedText.Count(map, "limit"),
            Rows = SavedText.Count(map, "rows"),
            IdsSha256 = follows ? null : SavedText.Sha256(map.Required("ids_sha256")),
        };
        return query.Columns is { IsEmpty: true } ? throw map.Required("columns").Invalid("the list of columns is empty") : query;
    }

    /// <summary>Writes the keys of the query.</summary>
    internal void Write(YamlText text)
    {
        text.Number("pile_query", Version);
        text.Map("dataset", () =>
        {
            text.Text("address", Address);
            text.Text("root", Root);
            text.Text("id", IdColumn);
        });
        text.Flag("follow", IsFollowing);
        text.List("layers", () =>
        {
            foreach (SavedLayer layer in Layers)
                text.MapItem(() =>
                {
                    text.Text("address", layer.Address);
                    text.Number("commit", layer.Commit);
                    text.Text("hash", layer.Hash);
                    text.Text("prefix", layer.Prefix);
                });
        }, flow: Layers.IsEmpty);
        SavedText.Write(text, "where", Where);
        if (!Regions.IsEmpty)
            text.List("region", () =>
            {
                foreach (SavedRegion region in Regions)
                    text.MapItem(() => text.Text(region.Kind, region.Text));
            });
        if (Ids is { } ids)
            text.List("ids", () =>
            {
                foreach (string id in ids)
                    text.TextItem(id);
            }, flow: ids.IsEmpty);
        text.Text("view", IsNative ? Native : null);
        SavedText.Write(text, "columns", Columns ?? []);
        SavedText.Write(text, "sort", SortTexts());
        text.Number("limit", Limit);
        text.Number("rows", Rows);
        text.Text("ids_sha256", IdsSha256);
    }

    private IEnumerable<string> SortTexts() => Order.Select(o => o.Descending ? o.Expression + Descending : o.Expression);

    private static (string Expression, bool Descending) SortOf(string text) =>
        text.EndsWith(Descending, StringComparison.OrdinalIgnoreCase) ? (text[..^Descending.Length].Trim(), true) : (text, false);

    private static SavedLayer ReadLayer(YamlNode node, bool isFollowing)
    {
        YamlMap layer = node.AsMap();
        layer.RequireKeys(isFollowing ? ["address", "prefix"] : ["address", "commit", "hash", "prefix"]);
        return new SavedLayer(layer.Text("address"), isFollowing ? null : layer.Required("commit").AsScalar().AsInt64(),
            isFollowing ? null : SavedText.Sha256(layer.Required("hash")), layer.TextOrNull("prefix"));
    }
}
