using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Units, UCDs, descriptions, time systems, spectral media, shapes and names of codes of columns as in VO-Parquet: a VOTable
/// without rows in the metadata of a Parquet file. Members of structs are fields <c>struct.member</c>.</summary>
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
        VoColumnReferences references;
        try
        {
            using XmlReader reader = XmlReader.Create(new StringReader(markup),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            XDocument document = XDocument.Load(reader);
            references = VoColumnReferences.Of(document);
            foreach (XElement field in document.Descendants().Where(e => e.Name.LocalName == "FIELD"))
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
            Shape = column.Shape.Length > 1 ? ShapeOf(field, column.Shape) : column.Shape,
            Time = column.DType is DType.Bool ? null : references.TimeOf(field, column.DType),
            SpectralMedium = column.DType.IsFloat() ? references.MediumOf(field) : null,
            Description = Text(field.Elements().FirstOrDefault(e => e.Name.LocalName == "DESCRIPTION")?.Value),
            Categories = column.IsScalar && column.DType.IsInteger() ? CategorySchema.OfOptions(field.Descendants()
                .Where(e => e.Name.LocalName == "OPTION")
                .Select(e => (Text(e.Attribute("name")?.Value), e.Attribute("value")?.Value))) : [],
        } : column)];
    }

    /// <summary>Returns the shape of an array that a field declares, whose first axis in VOTable varies fastest; the shape of the column if
    /// it declares another number of axes.</summary>
    private static ImmutableArray<int> ShapeOf(XElement field, ImmutableArray<int> shape)
    {
        string[] axes = field.Attribute("arraysize")?.Value.Trim().Split('x') ?? [];
        if (axes.Length != shape.Length)
            return shape;
        int[] lengths = new int[axes.Length];
        for (int i = 0; i < axes.Length; i++)
            lengths[^(i + 1)] = int.TryParse(axes[i], NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length > 0
                ? length : ColumnSchema.Ragged; // "*" and "8*" are of any length
        return [.. lengths];
    }

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
