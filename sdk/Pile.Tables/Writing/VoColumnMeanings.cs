using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>The elements of a VOTable that describe columns outside of their FIELD: a TIMESYS for each time system (VOTable 1.4 §4.2), and
/// a GROUP for each spectral medium, for which VOTable has no element.</summary>
internal sealed class VoColumnMeanings(ImmutableArray<ColumnSchema> columns)
{
    private const string Unknown = "UNKNOWN", MediumName = "spectral_medium";
    private readonly ImmutableArray<TimeAxis> times = [.. columns.Select(c => c.Time).OfType<TimeAxis>().Distinct()];
    private readonly HashSet<string> ids = new([VoTableMarkup.FrameId], StringComparer.Ordinal);
    private readonly List<(string Medium, string Id)> wavelengths = [];

    /// <summary>Writes the TIMESYS elements, which precede TABLE in RESOURCE.</summary>
    internal void WriteTimeSystems(XmlWriter xml)
    {
        foreach (TimeAxis time in times)
        {
            xml.WriteStartElement("TIMESYS");
            xml.WriteAttributeString("ID", IdOf(time));
            ids.Add(IdOf(time));
            xml.WriteAttributeString("timeorigin",
                time.ZeroMjd == 0 ? "MJD-origin" : (time.ZeroMjd + TimeWords.JdOfMjdZero).ToString("R", CultureInfo.InvariantCulture));
            xml.WriteAttributeString("timescale", time.Scale == "UT1" ? "UT" : time.Scale); // the word of http://www.ivoa.net/rdf/timescale
            xml.WriteAttributeString("refposition", time.Reference ?? Unknown);
            xml.WriteEndElement();
        }
    }

    /// <summary>Writes the attributes by which a FIELD refers to its time system, or is referred to by the group of its medium.</summary>
    internal void WriteAttributes(XmlWriter xml, ColumnSchema column)
    {
        if (column.Time is { } time)
            xml.WriteAttributeString("ref", IdOf(time));
        if (column.SpectralMedium is not { } medium)
            return;
        string id = XmlConvert.EncodeLocalName(column.Name); // readers such as astropy use the ID as the column's name
        while (!ids.Add(id))
            id += "_";
        xml.WriteAttributeString("ID", id);
        wavelengths.Add((medium, id));
    }

    /// <summary>Writes the groups of the media, which follow the FIELD elements in TABLE.</summary>
    internal void WriteGroups(XmlWriter xml)
    {
        foreach (IGrouping<string, string> medium in wavelengths.GroupBy(w => w.Medium, w => w.Id))
        {
            xml.WriteStartElement("GROUP");
            xml.WriteAttributeString("name", MediumName);
            foreach (string id in medium)
            {
                xml.WriteStartElement("FIELDref");
                xml.WriteAttributeString("ref", id);
                xml.WriteEndElement();
            }
            xml.WriteStartElement("PARAM");
            xml.WriteAttributeString("name", MediumName);
            xml.WriteAttributeString("datatype", "char");
            xml.WriteAttributeString("arraysize", "*");
            xml.WriteAttributeString("value", medium.Key);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
    }

    private string IdOf(TimeAxis time) => string.Create(CultureInfo.InvariantCulture, $"time_{times.IndexOf(time) + 1}");
}
