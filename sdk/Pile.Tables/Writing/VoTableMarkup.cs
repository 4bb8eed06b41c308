using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>The head of a VOTable, which declares its columns.</summary>
internal static class VoTableMarkup
{
    private const string Namespace = "http://www.ivoa.net/xml/VOTable/v1.3";
    internal const string FrameId = "frame";

    /// <summary>Settings that give the same bytes everywhere.</summary>
    internal static XmlWriterSettings Settings => new()
    {
        Encoding = new UTF8Encoding(false),
        Indent = true,
        IndentChars = " ",
        NewLineChars = "\n",
        NewLineHandling = NewLineHandling.Entitize
    };

    /// <summary>Returns a VOTable without rows, as stored in the metadata of VO-Parquet.</summary>
    internal static string WithoutRows(ImmutableArray<ColumnSchema> columns, TableAbout? about = null)
    {
        using MemoryStream target = new();
        using (XmlWriter xml = XmlWriter.Create(target, Settings))
        {
            Begin(xml, columns, about);
            xml.WriteEndDocument();
        }
        return Encoding.UTF8.GetString(target.ToArray());
    }

    /// <summary>Writes everything before the rows; the writer remains inside TABLE.</summary>
    /// <exception cref="ArgumentException">VOTable does not support a column's shape.</exception>
    internal static void Begin(XmlWriter xml, ImmutableArray<ColumnSchema> columns, TableAbout? about)
    {
        xml.WriteStartDocument();
        xml.WriteStartElement("VOTABLE", Namespace);
        xml.WriteAttributeString("version", "1.4");
        xml.WriteStartElement("RESOURCE");
        xml.WriteAttributeString("type", "results");
        string? frame = about?.FrameOf(columns);
        if (about is not null)
            WriteAbout(xml, about);
        if (frame is not null)
            WriteFrame(xml, frame, about!.EpochOf(columns) is { } year ? StatedEpoch.ToVoTable(year) : null);
        VoColumnMeanings meanings = new(columns);
        meanings.WriteTimeSystems(xml);
        if (about is not null)
            WriteLinks(xml, about);
        xml.WriteStartElement("TABLE");
        foreach (ColumnSchema column in columns)
        {
            xml.WriteStartElement("FIELD");
            xml.WriteAttributeString("name", ColumnNames.ToXml(column.Name));
            xml.WriteAttributeString("datatype", DatatypeOf(column.DType));
            if (ArraySizeOf(column) is { } size)
                xml.WriteAttributeString("arraysize", size);
            if (!string.IsNullOrEmpty(column.Unit))
                xml.WriteAttributeString("unit", ColumnNames.ToXml(column.Unit));
            if (!string.IsNullOrEmpty(column.Ucd))
                xml.WriteAttributeString("ucd", ColumnNames.ToXml(column.Ucd));
            if (frame is not null && about!.FrameColumns.Contains(column.Name))
                xml.WriteAttributeString("ref", FrameId);
            meanings.WriteAttributes(xml, column);
            if (!string.IsNullOrEmpty(column.Description))
                xml.WriteElementString("DESCRIPTION", ColumnNames.ToXml(column.Description));
            WriteCategories(xml, column);
            xml.WriteEndElement();
        }
        meanings.WriteGroups(xml);
    }

    /// <remarks>VOTable 1.4 §4.7: each OPTION is a possible value, with its name.</remarks>
    private static void WriteCategories(XmlWriter xml, ColumnSchema column)
    {
        if (column.Categories.IsEmpty || !column.DType.IsInteger())
            return;
        xml.WriteStartElement("VALUES");
        foreach (CategorySchema category in column.Categories)
        {
            xml.WriteStartElement("OPTION");
            xml.WriteAttributeString("name", ColumnNames.ToXml(category.Name));
            xml.WriteAttributeString("value", category.Code.ToString(CultureInfo.InvariantCulture));
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    /// <remarks>In the order that VOTable 1.3 §3.5 defines for a RESOURCE.</remarks>
    private static void WriteAbout(XmlWriter xml, TableAbout about)
    {
        if (!string.IsNullOrEmpty(about.Description))
            xml.WriteElementString("DESCRIPTION", ColumnNames.ToXml(about.Description));
        foreach ((string key, string value) in about.Facts)
        {
            xml.WriteStartElement("INFO");
            xml.WriteAttributeString("name", ColumnNames.ToXml(key));
            xml.WriteAttributeString("value", ColumnNames.ToXml(value));
            xml.WriteEndElement();
        }
    }

    // Only if a column refers to it: otherwise it would be that of all columns.
    private static void WriteFrame(XmlWriter xml, string frame, string? epoch)
    {
        xml.WriteStartElement("COOSYS");
        xml.WriteAttributeString("ID", FrameId);
        xml.WriteAttributeString("system", ColumnNames.ToXml(frame));
        if (epoch is not null)
            xml.WriteAttributeString("epoch", epoch);
        xml.WriteEndElement();
    }

    /// <summary>Writes a LINK for each fact that is a URL or a DOI.</summary>
    private static void WriteLinks(XmlWriter xml, TableAbout about)
    {
        foreach ((string key, string value) in about.Facts)
            if (AddressOf(value) is { } address)
            {
                xml.WriteStartElement("LINK");
                xml.WriteAttributeString("content-role", "doc");
                xml.WriteAttributeString("title", ColumnNames.ToXml(key));
                xml.WriteAttributeString("href", ColumnNames.ToXml(address));
                xml.WriteEndElement();
            }
    }

    private static string? AddressOf(string value) =>
        value.StartsWith("doi:10.", StringComparison.OrdinalIgnoreCase) ? $"https://doi.org/{value[4..]}"
        : value.StartsWith("https://", StringComparison.Ordinal) || value.StartsWith("http://", StringComparison.Ordinal) ? value
        : null;

    /// <remarks>VOTable has no signed byte, and the byte is its only unsigned type: other types are widened to the next signed type. Text
    /// is unicodeChar, because char is ASCII.</remarks>
    private static string DatatypeOf(DType type) => type switch
    {
        DType.Bool => "boolean",
        DType.UInt8 => "unsignedByte",
        DType.Int8 or DType.Int16 => "short",
        DType.UInt16 or DType.Int32 => "int",
        DType.UInt32 or DType.Int64 or DType.UInt64 => "long",
        DType.Float32 => "float",
        DType.Float64 => "double",
        _ => "unicodeChar",
    };

    private static string? ArraySizeOf(ColumnSchema column)
    {
        if (column.DType is DType.String) // an array of text is written as one text in JSON
            return "*";
        if (column.IsScalar)
            return null;
        if (column.Shape.AsSpan()[1..].Contains(ColumnSchema.Ragged))
            throw new ArgumentException($"Column '{column.Name}': in a VOTable only the slowest axis of an array may vary. Use Parquet, "
                + "or leave the column out.");
        return string.Join('x', column.Shape.Reverse().Select(n => n == ColumnSchema.Ragged ? "*" : $"{n}"));
    }
}
