using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Xml;
using Pile.Format;
using Pile.Tables.Writing;

namespace Pile.CrossMatch.Plain;

/// <summary>Creates a VOTable without rows, as VO-Parquet requires, with the units, UCDs and descriptions of the columns of
/// pairs.</summary>
internal static class PairsMarkup
{
    internal static string Of(ImmutableArray<ResultColumn> columns)
    {
        StringBuilder fields = new();
        List<ColumnSchema> carried = [];
        foreach (ResultColumn column in columns)
            if (OwnOf(column.Schema) is { } own)
                fields.Append('\n').Append(own);
            else
                carried.Add(column.Schema);
        string timeSystems = carried.Count == 0 ? "" : AppendCarried(fields, carried);
        return $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE type="results">{timeSystems}<TABLE>{fields}
            </TABLE></RESOURCE></VOTABLE>
            """;
    }

    // The XML writer, which is slow to load, is needed only for additional columns.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string AppendCarried(StringBuilder fields, List<ColumnSchema> carried)
    {
        VoColumnMeanings meanings = new([.. carried]);
        fields.Append(Fragment(xml => WriteCarried(xml, carried, meanings)));
        return Fragment(meanings.WriteTimeSystems);
    }

    private static string? OwnOf(ColumnSchema column) => column.Name switch
    {
        "a_object_id" => Id("a", column.DType == DType.String),
        "b_object_id" => Id("b", column.DType == DType.String),
        "separation_arcsec" =>
            """<FIELD name="separation_arcsec" datatype="double" unit="arcsec" ucd="pos.angDistance">"""
                + """<DESCRIPTION>great-circle separation of the pair</DESCRIPTION></FIELD>""",
        "a_ra" or "b_ra" => Angle(column.Name, "pos.eq.ra", "right ascension, ICRS"),
        "a_dec" or "b_dec" => Angle(column.Name, "pos.eq.dec", "declination, ICRS"),
        _ => null,
    };

    private static string Id(string side, bool isText) =>
        $"""<FIELD name="{side}_object_id" {(isText ? "datatype=\"char\" arraysize=\"*\"" : "datatype=\"long\"")} """
            + """ucd="meta.id"><DESCRIPTION>the observation</DESCRIPTION></FIELD>""";

    private static string Angle(string name, string ucd, string description) =>
        $"""<FIELD name="{name}" datatype="double" unit="deg" ucd="{ucd}"><DESCRIPTION>{description}</DESCRIPTION></FIELD>""";

    private static string Fragment(Action<XmlWriter> write)
    {
        StringBuilder text = new();
        using (XmlWriter xml = XmlWriter.Create(text, new XmlWriterSettings
        {
            ConformanceLevel = ConformanceLevel.Fragment,
            OmitXmlDeclaration = true,
            NewLineHandling = NewLineHandling.Entitize
        }))
            write(xml);
        return text.ToString();
    }

    private static void WriteCarried(XmlWriter xml, List<ColumnSchema> columns, VoColumnMeanings meanings)
    {
        foreach (ColumnSchema column in columns)
        {
            xml.WriteWhitespace("\n");
            xml.WriteStartElement("FIELD");
            xml.WriteAttributeString("name", ColumnNames.ToXml(column.Name));
            xml.WriteAttributeString("datatype", DatatypeOf(column.DType));
            if (column.DType == DType.String)
                xml.WriteAttributeString("arraysize", "*");
            if (!string.IsNullOrEmpty(column.Unit))
                xml.WriteAttributeString("unit", ColumnNames.ToXml(column.Unit));
            if (!string.IsNullOrEmpty(column.Ucd))
                xml.WriteAttributeString("ucd", ColumnNames.ToXml(column.Ucd));
            meanings.WriteAttributes(xml, column);
            if (!string.IsNullOrEmpty(column.Description))
                xml.WriteElementString("DESCRIPTION", ColumnNames.ToXml(column.Description));
            xml.WriteEndElement();
        }
        meanings.WriteGroups(xml);
    }

    /// <remarks>VOTable has no signed byte, and only the byte as an unsigned type; other types become the next larger signed
    /// type.</remarks>
    private static string DatatypeOf(DType type) => type switch
    {
        DType.Bool => "boolean",
        DType.String => "char",
        DType.UInt8 => "unsignedByte",
        DType.Int8 or DType.Int16 => "short",
        DType.UInt16 or DType.Int32 => "int",
        DType.Float32 => "float",
        DType.Float64 => "double",
        _ => "long",
    };
}
