using System.Xml;

namespace Pile.Tables.VoTable;

/// <summary>A VALUES element: the null value of a FIELD, and names of its integers.</summary>
/// <param name="Id">Its ID, by which other VALUES refer to it; null without one.</param>
/// <param name="Reference">The ID of the VALUES it refers to, whose content it has; null without one.</param>
/// <param name="NullText">The value that means null; null without one.</param>
/// <param name="Options">The names and values of its OPTIONs.</param>
internal sealed record VoValues(string? Id, string? Reference, string? NullText, IReadOnlyList<(string? Name, string? Value)> Options)
{
    /// <summary>Reads the element that the reader is at, and leaves the reader at its end.</summary>
    internal static VoValues Read(XmlReader xml)
    {
        List<(string?, string?)> options = [];
        VoValues values = new(Attribute("ID"), Attribute("ref"), Attribute("null"), options);
        int depth = xml.Depth;
        if (!xml.IsEmptyElement)
            while (xml.Read() && xml.Depth > depth)
                if (xml.NodeType is XmlNodeType.Element && xml.LocalName == "OPTION")
                    options.Add((Attribute("name"), xml.GetAttribute("value")));
        return values;

        string? Attribute(string name) => xml.GetAttribute(name)?.Trim() is { Length: > 0 } text ? text : null;
    }
}
