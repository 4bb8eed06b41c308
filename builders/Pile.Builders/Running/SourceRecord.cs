using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Tables;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>What a recipe says about how rows are read, apart from where the files are: a hash of each key. The list of files of a dataset
/// stores it, so that a later version only keeps rows that it would read in the same way.</summary>
/// <remarks>Hashes, because a recipe may contain paths and addresses that its author does not publish; and one for each key, so that a
/// message can name what differs.</remarks>
internal sealed class SourceRecord
{
    private const int HashDigits = 16;

    private const string OfSource = "source.", OfNative = "native.", Limit = "limit";

    // A dataset keeps its rows when files or items are added, or are mounted elsewhere. Which ones it was read from, it lists.
    private static readonly string[] Places = ["files", "items", "index", "api", "scenes"], PlacesWithin = ["files", "file"];

    // A declaration that is stored with the rows. Another one would contradict it; the others replace the stored ones.
    private static readonly string[] Contradicting = ["unit", "time", "spectral_medium"];

    private readonly ImmutableSortedDictionary<string, string> hashes;

    private SourceRecord(IEnumerable<KeyValuePair<string, string>> hashes) =>
        this.hashes = hashes.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Returns the record of a recipe.</summary>
    /// <param name="source">Its source, after its units were listed.</param>
    /// <param name="native">Its declarations of stored columns.</param>
    internal static SourceRecord Of(RecipeSource source, ImmutableArray<NativeColumn> native)
    {
        Dictionary<string, string> found = new(StringComparer.Ordinal);
        foreach ((YamlScalar key, YamlNode value) in source.Map.Entries)
            if (Places.Contains(key.Text) || source.IsGlob(key.Text))
            {
                if (TablesIn(source, value) is { Length: > 0 } tables)
                    found[OfSource + key.Text] = HashOf(tables);
            }
            else if (TextOf(value) is { } text)
                found[OfSource + key.Text] = HashOf(text);
        foreach (NativeColumn column in native)
            foreach ((string field, string? text) in FieldsOf(column))
                if (text is not null)
                    found[$"{OfNative}{column.Name}.{field}"] = HashOf(text);
        return new SourceRecord(found);
    }

    /// <summary>Reads a record from the text that a dataset stores.</summary>
    internal static SourceRecord Parse(string text) => new(text.Split('\n').Where(line => line.Length > HashDigits)
        .Select(line => KeyValuePair.Create(line[(HashDigits + 1)..], line[..HashDigits])).DistinctBy(e => e.Key));

    /// <summary>Returns the record of a build that ended at a number of rows.</summary>
    internal SourceRecord Limited(long rows) => new(hashes.SetItem(Limit, HashOf(rows.ToString(CultureInfo.InvariantCulture))));

    /// <summary>Describes why rows that were read by this record's recipe are not those of another recipe; empty if they are.</summary>
    internal string DifferencesTo(SourceRecord later)
    {
        string[] keys = [.. hashes.Keys.Union(later.hashes.Keys).Where(key => Differs(key, later)).Order(StringComparer.Ordinal)];
        string[] source = [.. keys.Where(k => k.StartsWith(OfSource, StringComparison.Ordinal)).Select(k => $"'{k[OfSource.Length..]}'")],
            native = [.. keys.Where(k => k.StartsWith(OfNative, StringComparison.Ordinal)).Select(k => $"'{k}'")];
        string[] all =
        [
            .. keys.Contains(Limit) ? (string[])["a limit of rows"] : [],
            .. source.Length > 0 ? (string[])[$"{Listed(source)} in the recipe's source"] : [],
            .. native.Length > 0 ? (string[])[$"{Listed(native)} in the recipe"] : [],
        ];
        return string.Join("; ", all);
    }

    /// <summary>Returns the text that a dataset stores: a line for each key, with its hash.</summary>
    public override string ToString() => string.Join('\n', hashes.Select(e => $"{e.Value} {e.Key}"));

    private bool Differs(string key, SourceRecord later)
    {
        string? mine = hashes.GetValueOrDefault(key), theirs = later.hashes.GetValueOrDefault(key);
        if (!key.StartsWith(OfNative, StringComparison.Ordinal))
            return mine != theirs;
        // What was declared is stored in the place of what the source has, so that it cannot be taken back without the source.
        return mine is not null && mine != theirs
            && (theirs is null || Array.Exists(Contradicting, field => key.EndsWith($".{field}", StringComparison.Ordinal)));
    }

    private static string Listed(string[] names) =>
        names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";

    private static IEnumerable<(string Field, string? Text)> FieldsOf(NativeColumn column) =>
    [
        ("categories", column.Categories.IsEmpty ? null : string.Join('\n', column.Categories.Select(CategoryText))),
        ("sentinels", column.Sentinels.IsEmpty ? null : string.Join('\n', column.Sentinels.Select(NumberText))),
        ("unit", column.Unit),
        ("ucd", column.Ucd),
        ("description", column.Description),
        ("time", column.Time is { } time ? $"{time.Scale} {time.Reference} {NumberText(time.ZeroMjd)}" : null),
        ("spectral_medium", column.SpectralMedium),
    ];

    private static string CategoryText(CategorySchema category) =>
        string.Create(CultureInfo.InvariantCulture, $"{category.Code} {category.Name}");

    private static string NumberText(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Returns which tables of their files the globs name (<c>cat.fits#2</c>); empty if they name files.</summary>
    private static string TablesIn(RecipeSource source, YamlNode value)
    {
        IEnumerable<YamlScalar> globs = value is YamlList list ? list.Items.OfType<YamlScalar>() : value is YamlScalar one ? [one] : [];
        return string.Join('\n', globs.Select(g => source.PathOf(g.Text)).Select(path => path[TableReader.FileOf(path).Length..])
            .Distinct().Order(StringComparer.Ordinal)).Trim('\n');
    }

    /// <summary>Returns a node without the places of files, in a form that other text cannot imitate; null if nothing is left.</summary>
    private static string? TextOf(YamlNode node)
    {
        switch (node)
        {
            case YamlMap map:
                string[] entries = [.. map.Entries.Where(e => e.Key.Text != "mount")
                    .Select(e => (e.Key, Text: PlacesWithin.Contains(e.Key.Text) ? "files" : TextOf(e.Value)))
                    .Where(e => e.Text is not null).Select(e => $"{TextOf(e.Key)}={e.Text}")];
                return entries.Length > 0 ? $"{{{string.Concat(entries)}}}" : null;
            case YamlList list:
                return $"[{string.Concat(list.Items.Select(i => TextOf(i) ?? "~"))}]";
            case YamlScalar { IsNull: true }:
                return null;
            default:
                string text = node.AsScalar().Text;
                return $"{text.Length}:{text}";
        }
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashDigits];
}
