using System.Collections.Frozen;
using System.Collections.Immutable;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>Reads a recipe.</summary>
public static class RecipeReader
{
    private const long MaxBytes = 64 << 20;

    private static readonly FrozenDictionary<string, PieceCodec> CodecWords = new Dictionary<string, PieceCodec>
    {
        ["none"] = PieceCodec.None,
        ["shuffle+deflate"] = PieceCodec.ShuffleDeflate,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    internal static readonly FrozenDictionary<string, string> MediumWords =
        new Dictionary<string, string> { ["vacuum"] = "vacuum", ["air"] = "air" }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Reads a recipe file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">Values that replace or add to the recipe's, by path: <c>options.order</c> → <c>6</c>.</param>
    /// <exception cref="SourceUnreadableException">The file cannot be read.</exception>
    /// <exception cref="PileException">The document is not a valid recipe; line and column are named.</exception>
    public static Recipe ReadFile(string path, IReadOnlyDictionary<string, string>? settings = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        string text;
        try
        {
            RegularFile.Require(path);
            if (new FileInfo(path).Length is > MaxBytes and var bytes)
                throw new IOException($"it has {bytes} bytes; a recipe has at most {MaxBytes}");
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException(path, $"the recipe can't be read ({e.Message})", "Check the path", e);
        }
        return Read(text, path, Path.GetDirectoryName(Path.GetFullPath(path))!, settings);
    }

    /// <summary>Reads the text of a recipe.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="path">The name of the recipe in messages.</param>
    /// <param name="folder">The folder that the recipe's globs are relative to.</param>
    /// <param name="settings">Values that replace or add to the recipe's, by path.</param>
    /// <exception cref="PileException">The document is not a valid recipe; line and column are named.</exception>
    public static Recipe Read(string text, string path, string folder, IReadOnlyDictionary<string, string>? settings = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(folder);
        YamlMap root = YamlReader.Read(text, path).AsMap();
        foreach ((string key, string value) in settings ?? new Dictionary<string, string>())
            root = root.With(key, value);

        YamlScalar version = root.Required("pile").AsScalar();
        if (version.AsInt64() != Recipe.Version)
            throw version.Invalid($"this program reads recipes of version {Recipe.Version}, not {version.Text}; get a newer pile");
        root.RequireKeys("pile", "name", "version", "modality", "description", "provenance", "licence", "citation", "source", "columns",
            "native", "options", "partition");

        YamlMap provenance = root.Required("provenance").AsMap();
        provenance.RequireKeys("project", "survey", "instrument", "release");
        ImmutableArray<NativeColumn> native = root.Find("native") is { } declared
            ? [.. declared.AsMap().Entries.Select(entry => NativeKey.Read(entry.Key.Text, entry.Value.AsMap()))] : [];
        Recipe recipe = new()
        {
            Name = ReadName(root.Required("name").AsScalar()),
            DatasetVersion = root.TextOrNull("version"),
            Modality = root.TextOrNull("modality"),
            Description = root.TextOrNull("description"),
            Provenance = ManifestReader.ReadProvenance(origin: provenance, terms: root),
            Source = new RecipeSource(root.Required("source").AsMap(), folder)
            {
                Grid = ReadPartition(root.Find("partition")),
                TimeScale = ReadTimeScale(root.Find("options")?.AsMap()),
                EpochYear = ReadEpoch(root.Find("options")?.AsMap()),
                Native = native,
            },
            Columns = root.Find("columns") is { } columns ? ReadColumns(columns.AsMap()) : [],
            ColumnPlaces = root.Find("columns") is { } places ? ReadPlaces(places.AsMap()) : ImmutableDictionary<string, YamlNode>.Empty,
            Native = native,
        };
        _ = recipe.Source.Kind;
        return root.Find("options") is { } options ? WithOptions(recipe, options.AsMap()) : recipe;
    }

    private static Recipe WithOptions(Recipe recipe, YamlMap options)
    {
        options.RequireKeys("target_shard_size", "order", "codec", "subset", "spectral_medium", "time_scale", "epoch_year",
            "margin_arcsec", "id_index", "bits", "shards", "positions");
        return recipe with
        {
            TargetShardBytes = options.Find("target_shard_size") is { } size ? ReadSize(size.AsScalar()) : recipe.TargetShardBytes,
            Order = options.Find("order") is not { } order ? recipe.Order
                : ReadOrder(order.AsScalar()) is { } cells && recipe.Source.Grid is { } grid
                    ? throw order.Invalid($"expected no order of cells, because 'partition' names the grid {grid}; found {cells}")
                    : ReadOrder(order.AsScalar()),
            HasShards = options.Find("shards") is not { } shards || ReadNone(shards.AsScalar()),
            HasPositionsFile = ReadPositions(options) != "none",
            HasCompactPositions = ReadPositions(options) switch { "compact" => true, "full" => false, _ => null },
            Bits = options.Find("bits") is { } bits ? ReadBits(bits.AsScalar()) : recipe.Bits,
            Codec = options.Find("codec")?.AsScalar().AsOneOf(CodecWords) ?? recipe.Codec,
            Subset = options.Find("subset") is { } subset ? ReadName(subset.AsScalar()) : recipe.Subset,
            SpectralMedium = options.Find("spectral_medium")?.AsScalar().AsOneOf(MediumWords),
            TimeScale = ReadTimeScale(options),
            EpochYear = ReadEpoch(options),
            MarginArcsec = options.Find("margin_arcsec") is { } margin ? ReadMargin(margin.AsScalar()) : null,
            HasIdIndex = options.Find("id_index")?.AsScalar().AsBool() ?? false,
        };
    }

    private static string? ReadTimeScale(YamlMap? options) =>
        options?.Find("time_scale") is { } scale ? TimeWords.ReadScale(scale.AsScalar()) : null;

    private static double? ReadEpoch(YamlMap? options) =>
        options?.Find("epoch_year")?.AsScalar().AsDouble(-Manifest.MaxEpochYear, Manifest.MaxEpochYear);

    private static EarthGrid? ReadPartition(YamlNode? partition)
    {
        if (partition is null or YamlScalar { Text: "auto" })
            return null;
        if (partition is YamlScalar word)
            throw word.Invalid($"expected 'auto', or a grid such as {{ grid: mgrs }}, found '{word.Text}'");
        YamlMap map = partition.AsMap();
        map.RequireKeys("grid");
        return EarthGrid.Read(map.Required("grid"));
    }

    private static ImmutableArray<AliasSchema> ReadColumns(YamlMap columns) => [.. columns.Entries.Select(entry =>
    {
        YamlMap map = entry.Value.AsMap();
        map.RequireKeys("native", "expr", "unit", "ucd", "description");
        AliasSchema alias = new()
        {
            Name = entry.Key.Text,
            Native = map.TextOrNull("native"),
            Expression = map.TextOrNull("expr"),
            Unit = map.TextOrNull("unit"),
            Ucd = map.TextOrNull("ucd"),
            Description = map.TextOrNull("description"),
        };
        return (alias.Native is null) != (alias.Expression is null)
            ? alias : throw map.Invalid($"the column '{alias.Name}' needs either 'native' (a native column) or 'expr' (SQL)");
    })];

    private static ImmutableDictionary<string, YamlNode> ReadPlaces(YamlMap columns) => columns.Entries.ToImmutableDictionary(
        entry => entry.Key.Text, entry => entry.Value.AsMap() is var map ? map.Find("native") ?? map.Required("expr") : entry.Value,
        StringComparer.Ordinal);

    private static string ReadName(YamlScalar name) =>
        name.Text.Length > 0 && name.Text[0] is not '.' && name.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? name.Text : throw name.Invalid($"'{name.Text}' is not a valid name: letters, digits, '-', '_' and '.' are allowed");

    private static int? ReadOrder(YamlScalar order) => order.Text == "auto" ? null
        : order.AsInt64() is >= 0 and <= 29 and var value ? (int)value
            : throw order.Invalid($"expected 'auto' or an order from 0 to 29, found '{order.Text}'");

    /// <summary>Returns false for <c>none</c>, true for <c>auto</c>.</summary>
    private static bool ReadNone(YamlScalar word) => word.Text is "auto" or "none" ? word.Text == "auto"
        : throw word.Invalid($"expected 'auto' or 'none', found '{word.Text}'");

    private static string? ReadPositions(YamlMap options) => options.Find("positions")?.AsScalar() is not { } word ? null
        : word.Text is "auto" or "compact" or "full" or "none" ? word.Text
            : throw word.Invalid($"expected 'auto', 'compact', 'full' or 'none', found '{word.Text}'");

    private static int? ReadBits(YamlScalar bits) => bits.Text == "auto" ? null
        : bits.AsInt64() is >= 0 and <= Partition.MaxBits and var value ? (int)value
            : throw bits.Invalid($"expected 'auto' or a number of bits from 0 to {Partition.MaxBits}, found '{bits.Text}'");

    private static double ReadMargin(YamlScalar margin) => margin.AsDouble() is > 0 and <= Manifest.MaxMarginArcsec and var value
        ? value : throw margin.Invalid($"expected a threshold above 0 and up to {Manifest.MaxMarginArcsec} arcseconds, found "
            + $"'{margin.Text}'");

    private static long ReadSize(YamlScalar size) => ByteSize.TryParse(size.Text, out long bytes) && bytes > 0
        ? bytes : throw size.Invalid($"expected a size such as 256MB, found '{size.Text}'");
}
