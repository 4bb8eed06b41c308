using System.Collections.Immutable;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Units, UCDs and descriptions of columns as in VO-Parquet: a VOTable without rows in the metadata of a Parquet file. Members of
/// structs are fields <c>struct.member</c>.</summary>
internal static class VoParquet
{
    private const string Key = "IVOA.VOTable-Parquet.content";

    /// <summary>Returns the VOTable of a file; null without one.</summary>
    internal static string? MarkupOf(DuckDbConnection connection, string path)
    {
        using DuckDbResult result = connection.Query($"SELECT value FROM parquet_kv_metadata({DuckDbSql.Literal(path)}) "
            + $"WHERE key = {DuckDbSql.Literal(Key)}::BLOB");
        return result.TryNextChunk(out DuckDbChunk? chunk) && chunk.RowCount > 0 ? Encoding.UTF8.GetString(chunk[0].Blob(0)) : null;
    }

    /// <summary>Returns the columns with what a VOTable declares of them. Text that is not XML is ignored: rows can be read without
    /// units.</summary>
    internal static ImmutableArray<ColumnSchema> Describe(ImmutableArray<ColumnSchema> columns, string? markup)
    {
        if (markup is null)
            return columns;
        Dictionary<string, XElement> fields = new(StringComparer.Ordinal);
        try
        {
            using XmlReader reader = XmlReader.Create(new StringReader(markup),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            foreach (XElement field in XDocument.Load(reader).Descendants().Where(e => e.Name.LocalName == "FIELD"))
                if (field.Attribute("name")?.Value is { } name)
                    fields.TryAdd(name, field);
        }
        catch (XmlException)
        {
            return columns;
        }
        return [.. columns.Select(column => fields.TryGetValue(ColumnNames.ToXml(column.Name), out XElement? field) ? column with
        {
            Unit = Text(field.Attribute("unit")?.Value),
            Ucd = Text(field.Attribute("ucd")?.Value),
            Description = Text(field.Elements().FirstOrDefault(e => e.Name.LocalName == "DESCRIPTION")?.Value),
        } : column)];
    }

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
