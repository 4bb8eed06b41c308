using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Tables.Ecsv;

/// <summary>The YAML header of an ECSV file (astropy APE 6): the delimiter and the columns.</summary>
/// <param name="Delimiter">A blank or a comma.</param>
/// <param name="FieldNames">The names of a row's fields.</param>
/// <param name="Columns">The columns in order.</param>
internal sealed partial record EcsvHeader(byte Delimiter, ImmutableArray<string> FieldNames, ImmutableArray<EcsvField> Columns)
{
    /// <summary>The frames of the columns that belong to SkyCoord objects.</summary>
    internal FrozenDictionary<string, string> Frames { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The epochs of the columns of positions that belong to SkyCoord objects, and of those that Pile wrote, as Julian
    /// years.</summary>
    internal FrozenDictionary<string, double> Epochs { get; init; } = FrozenDictionary<string, double>.Empty;

    /// <summary>The columns of astropy's times that are not read as times, with their formats.</summary>
    internal ImmutableArray<(string Column, string Format)> UnreadTimes { get; init; } = [];

    /// <summary>The lines of <c>meta</c>, which <see cref="EcsvMeta"/> reads.</summary>
    internal ImmutableArray<string> Meta { get; init; } = [];

    private const string MaskOfColumn = "mask: !astropy.table.SerializedColumn";

    [GeneratedRegex(@"^(?<type>\w+)\[(?<shape>(\d+|null)(,\s*(\d+|null))*)\]$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Subtype();

    /// <summary>Parses a header.</summary>
    /// <param name="comments">The lines before the first row, each without its <c># </c>.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="SourceUnreadableException">The text is not an ECSV header, or contains an unsupported declaration.</exception>
    internal static EcsvHeader Parse(List<string> comments, string path)
    {
        comments = DetachedBlocks.Attach(comments);
        // Only the lines of the two relevant keys are parsed: others may contain arbitrary Python objects.
        StringBuilder yaml = new();
        List<string> meta = [];
        bool isWanted = false, isMeta = false;
        int line = 0;
        foreach (string comment in comments)
        {
            line++;
            if (comment.StartsWith("%ECSV", StringComparison.Ordinal) || comment.StartsWith("---", StringComparison.Ordinal))
            {
                yaml.Append('\n');
                continue;
            }
            if (comment.Length > 0 && char.IsLetter(comment[0]))
            {
                isWanted = comment.StartsWith("delimiter:", StringComparison.Ordinal)
                    || comment.StartsWith("datatype:", StringComparison.Ordinal);
                isMeta = comment.StartsWith("meta:", StringComparison.Ordinal);
            }
            if (isMeta)
                meta.Add(comment);
            yaml.Append(isWanted ? AstropyColumns.Plain(comment) : "").Append('\n');
        }
        try
        {
            YamlMap root = YamlReader.Read(yaml.ToString(), path).AsMap();
            string delimiter = root.TextOrNull("delimiter") ?? " ";
            if (delimiter is not (" " or ","))
                throw new SourceUnreadableException(path, $"its header names the delimiter '{delimiter}'",
                    "ECSV allows a blank or a comma");
            YamlMap[] columns = [.. root.Required("datatype").AsList().Items.Select(item => item.AsMap())];
            FrozenDictionary<string, AstropyColumn> objects = AstropyColumns.Of(comments, path);
            ColumnSchema[] fields = [.. columns.Select(SchemaOf).Select(f => objects.GetValueOrDefault(f.Name)?.AddTo(f) ?? f)];
            bool hasMasks = comments.Exists(c => c.TrimStart().StartsWith(MaskOfColumn, StringComparison.Ordinal));
            return new EcsvHeader((byte)delimiter[0], [.. fields.Select(f => f.Name)],
                [.. EcsvField.Of(fields, [.. columns.Select(c => c.TextOrNull("subtype") is "json")], hasMasks, objects)])
            {
                Meta = [.. meta],
                UnreadTimes = [.. fields.Where(f => objects.GetValueOrDefault(f.Name)?.UnreadFormat is not null)
                    .Select(f => (f.Name, objects[f.Name].UnreadFormat!))],
                Epochs = EpochsOf(objects, meta, path),
                Frames = objects.Where(c => c.Value.Frame is not null).ToFrozenDictionary(c => c.Key, c => c.Value.Frame!),
            };
        }
        catch (DocumentInvalidException e)
        {
            throw new SourceUnreadableException(path, $"its ECSV header, line {e.Line}: {e.Finding}",
                "Correct the header, or read the file as plain CSV without it", e);
        }
    }

    private static FrozenDictionary<string, double> EpochsOf(FrozenDictionary<string, AstropyColumn> objects, List<string> meta,
        string path)
    {
        Dictionary<string, double> epochs = objects.Where(c => c.Value.EpochYear is not null)
            .ToDictionary(c => c.Key, c => c.Value.EpochYear!.Value);
        // The meta of other programs may contain arbitrary objects, and is not read for the columns.
        if (meta.Exists(StatedEpoch.MayBeIn) && StatedEpoch.Of(EcsvMeta.Read(meta, path)) is { } year)
            foreach (string column in StatedEpoch.Columns)
                epochs.TryAdd(column, year);
        return epochs.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Returns a column as an entry of <c>datatype</c> declares it.</summary>
    /// <exception cref="DocumentInvalidException">The entry has no name or type.</exception>
    internal static ColumnSchema SchemaOf(YamlMap column)
    {
        string datatype = column.Text("datatype");
        ImmutableArray<int> shape = [];
        if (column.TextOrNull("subtype") is { } subtype && Subtype().Match(subtype) is { Success: true } match)
        {
            datatype = match.Groups["type"].Value;
            shape = [.. match.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries)
                .Select(n => n == "null" ? ColumnSchema.Ragged : int.Parse(n, CultureInfo.InvariantCulture))];
        }
        // complex, float128, JSON objects …: kept as text.
        YamlNode? meta = column.Find("meta");
        bool isKnown = DTypes.TryParse(datatype == "float16" ? "float32" : datatype, out DType type);
        return new ColumnSchema
        {
            Name = column.Text("name"),
            DType = isKnown ? type : DType.String,
            Shape = isKnown && (type is not DType.String || !shape.Contains(ColumnSchema.Ragged) || shape.Length == 1) ? shape : [],
            Unit = column.TextOrNull("unit"),
            Description = column.TextOrNull("description"),
            Ucd = TextOf(meta, "ucd") ?? TextOf(meta, "UCD"),
            Time = isKnown && type is not DType.Bool ? TimeOf(meta) : null,
            SpectralMedium = TextOf(meta, "spectral_medium") is "air" or "vacuum" ? TextOf(meta, "spectral_medium") : null,
            Nullable = true,
        };
    }

    private static TimeAxis? TimeOf(YamlNode? meta) => TextOf(meta, "time_scale") is { } scale && TimeWords.IsScale(scale)
        ? new TimeAxis(scale, TextOf(meta, "time_reference"),
            double.TryParse(TextOf(meta, "time_zero_mjd"), NumberStyles.Float, CultureInfo.InvariantCulture, out double zero) ? zero : 0)
        : null;

    /// <summary>Returns a text in the meta of a column, which is a mapping, or a list of mappings if it is ordered.</summary>
    private static string? TextOf(YamlNode? meta, string key) => meta switch
    {
        YamlMap map => map.Find(key) is YamlScalar { IsNull: false } text ? text.Text : null,
        YamlList list => list.Items.Select(item => TextOf(item, key)).FirstOrDefault(text => text is not null),
        _ => null,
    };
}
