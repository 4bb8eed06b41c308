using System.Xml;
using Pile.Fits;

namespace Pile.Tables.VoTable;

/// <summary>The PARAM elements of a table and of the resources that contain it.</summary>
internal sealed class VoParameters
{
    private readonly List<(int Depth, FitsCard Card)> found = [];

    /// <summary>The parameters by name; a unit is in brackets before the comment, as FITS 4.0 §4.3.2 recommends.</summary>
    internal IEnumerable<FitsCard> Cards => found.Select(p => p.Card);

    /// <summary>Returns the parameters in an element at a depth.</summary>
    internal IEnumerable<FitsCard> Within(int depth) => found.Where(p => p.Depth > depth).Select(p => p.Card);

    /// <summary>Adds the parameter that the reader is at.</summary>
    internal void Add(XmlReader xml)
    {
        if ((xml.GetAttribute("name") ?? xml.GetAttribute("ID")) is not { Length: > 0 } name)
            return;
        string value = xml.GetAttribute("value")?.Trim() ?? "", unit = xml.GetAttribute("unit")?.Trim() ?? "";
        string? datatype = xml.GetAttribute("datatype");
        if (datatype is "boolean") // VOTable 1.4 §6
            value = value.ToUpperInvariant() switch { "TRUE" or "1" => "T", "FALSE" or "0" => "F", { } other => other };
        found.Add((xml.Depth, new(name, value, datatype is "char" or "unicodeChar" or "string" or "unicodeString",
            unit.Length > 0 ? $"[{unit}]" : "")));
    }

    /// <summary>Forgets the parameters of the resources that end before another one.</summary>
    internal void BeginResource(int depth) => found.RemoveAll(p => p.Depth > depth);
}
