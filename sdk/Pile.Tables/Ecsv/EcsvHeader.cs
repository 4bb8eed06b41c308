using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Tables.Ecsv;

/// <summary>The YAML header of an ECSV file (astropy APE 6): the delimiter and the columns. Other metadata are ignored.</summary>
/// <param name="Delimiter">A blank or a comma.</param>
/// <param name="FieldNames">The names of a row's fields.</param>
/// <param name="Columns">The columns in order.</param>
internal sealed partial record EcsvHeader(byte Delimiter, ImmutableArray<string> FieldNames, ImmutableArray<EcsvField> Columns)
{
    private const string MaskOfColumn = "mask: !astropy.table.SerializedColumn";

    // astropy tags its own objects, and anchors repeated ones; neither affects the columns.
    [GeneratedRegex(@"(?<=[:\-,\[{]\s+)((!!?[\w./:-]+|&\w+)(\s+|$))+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex TagsAndAnchors();

    [GeneratedRegex(@"(?<=[:\-,\[{]\s+)\*\w+(?=\s|$)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Aliases();

    [GeneratedRegex(@"^(?<type>\w+)\[(?<shape>(\d+|null)(,\s*(\d+|null))*)\]$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Subtype();

    /// <summary>Parses a header.</summary>
    /// <param name="comments">The lines before the first row, each without its <c># </c>.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="SourceUnreadableException">The text is not an ECSV header, or contains an unsupported declaration.</exception>
    internal static EcsvHeader Parse(List<string> comments, string path)
    {
        // Only the lines of the two relevant keys are parsed: others may contain arbitrary Python objects.
        StringBuilder yaml = new();
        bool isWanted = false;
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
                isWanted = comment.StartsWith("delimiter:", StringComparison.Ordinal)
                    || comment.StartsWith("datatype:", StringComparison.Ordinal);
            yaml.Append(isWanted ? Aliases().Replace(TagsAndAnchors().Replace(comment, ""), "null") : "").Append('\n');
        }
        try
        {
            YamlMap root = YamlReader.Read(yaml.ToString(), path).AsMap();
            string delimiter = root.TextOrNull("delimiter") ?? " ";
            if (delimiter is not (" " or ","))
                throw new SourceUnreadableException(path, $"its header names the delimiter '{delimiter}'",
                    "ECSV allows a blank or a comma");
            YamlMap[] columns = [.. root.Required("datatype").AsList().Items.Select(item => item.AsMap())];
            ColumnSchema[] fields = [.. columns.Select(SchemaOf)];
            bool hasMasks = comments.Exists(c => c.TrimStart().StartsWith(MaskOfColumn, StringComparison.Ordinal));
            return new EcsvHeader((byte)delimiter[0], [.. fields.Select(f => f.Name)],
                [.. EcsvField.Of(fields, [.. columns.Select(c => c.TextOrNull("subtype") is "json")], hasMasks)]);
        }
        catch (DocumentInvalidException e)
        {
            throw new SourceUnreadableException(path, $"its ECSV header, line {e.Line}: {e.Finding}",
                "Correct the header, or read the file as plain CSV without it", e);
        }
    }

    private static ColumnSchema SchemaOf(YamlMap column)
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
        bool isKnown = DTypes.TryParse(datatype == "float16" ? "float32" : datatype, out DType type);
        return new ColumnSchema
        {
            Name = column.Text("name"),
            DType = isKnown ? type : DType.String,
            Shape = isKnown && (type is not DType.String || !shape.Contains(ColumnSchema.Ragged)) ? shape : [],
            Unit = column.TextOrNull("unit"),
            Description = column.TextOrNull("description"),
            Ucd = column.Find("meta") is { } meta ? UcdOf(meta) : null,
            Nullable = true,
        };
    }

    /// <summary>Returns the UCD, which astropy and the archives store in a column's meta: a mapping, or a list of mappings if it is
    /// ordered.</summary>
    private static string? UcdOf(YamlNode meta) => meta switch
    {
        YamlMap map => (map.Find("ucd") ?? map.Find("UCD")) is YamlScalar { IsNull: false } text ? text.Text : null,
        YamlList list => list.Items.Select(UcdOf).FirstOrDefault(ucd => ucd is not null),
        _ => null,
    };
}
