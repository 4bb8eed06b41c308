namespace Pile.CrossMatch.Plain;

/// <summary>Units, UCDs and descriptions of the columns of pairs: a VOTable without rows, as VO-Parquet has it.</summary>
internal static class PairsMarkup
{
    internal static string Of(bool hasTextA, bool hasTextB) =>
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE type="results"><TABLE>
        {Id("a", hasTextA)}
        {Id("b", hasTextB)}
        <FIELD name="separation_arcsec" datatype="double" unit="arcsec" ucd="pos.angDistance"><DESCRIPTION>great-circle separation of the pair</DESCRIPTION></FIELD>
        {Angle("a_ra", "pos.eq.ra", "right ascension, ICRS")}
        {Angle("a_dec", "pos.eq.dec", "declination, ICRS")}
        {Angle("b_ra", "pos.eq.ra", "right ascension, ICRS")}
        {Angle("b_dec", "pos.eq.dec", "declination, ICRS")}
        </TABLE></RESOURCE></VOTABLE>
        """;

    private static string Id(string side, bool isText) =>
        $"""<FIELD name="{side}_object_id" {(isText ? "datatype=\"char\" arraysize=\"*\"" : "datatype=\"long\"")} ucd="meta.id"><DESCRIPTION>the observation</DESCRIPTION></FIELD>""";

    private static string Angle(string name, string ucd, string description) =>
        $"""<FIELD name="{name}" datatype="double" unit="deg" ucd="{ucd}"><DESCRIPTION>{description}</DESCRIPTION></FIELD>""";
}
