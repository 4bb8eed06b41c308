using System.Xml;
using Pile.Format;

namespace Pile.Tables.VoTable;

/// <summary>The media of wavelengths in a VOTable: GROUPs with a PARAM <c>spectral_medium</c> that refer to fields, as this program writes
/// them.</summary>
/// <param name="path">The file, for messages.</param>
internal sealed class VoMedia(string path)
{
    private const string Name = "spectral_medium";
    private readonly List<Group> groups = [], open = [];

    /// <summary>Adds what the reader is at: a GROUP, or a FIELDref or PARAM in one.</summary>
    internal void Add(XmlReader xml)
    {
        int depth = xml.Depth;
        open.RemoveAll(g => g.Depth >= depth);
        if (xml.LocalName == "GROUP")
        {
            open.Add(new Group(depth));
            groups.Add(open[^1]);
        }
        else if (open is [.., var group] && group.Depth == depth - 1)
        {
            if (xml.LocalName == "FIELDref" && xml.GetAttribute("ref") is { } field)
                group.Fields.Add(field);
            else if (xml.LocalName == "PARAM" && xml.GetAttribute("name") == Name)
                group.Medium = xml.GetAttribute("value")?.Trim() is ("air" or "vacuum") and var medium ? medium : null;
        }
    }

    /// <summary>Returns the medium of the wavelengths of a field: <c>air</c> or <c>vacuum</c>; null if it is not declared.</summary>
    /// <exception cref="SourceUnreadableException">Groups with different media refer to the field.</exception>
    internal string? Of(VoField field)
    {
        string[] media = field.Id is not { } id ? []
            : [.. groups.Where(g => g.Medium is not null && g.Fields.Contains(id)).Select(g => g.Medium!).Distinct()];
        return media.Length < 2 ? media.FirstOrDefault() : throw new SourceUnreadableException(path,
            $"GROUPs '{Name}' declare the field '{field.Name}' as wavelengths in {string.Join(" and in ", media)}",
            "Remove the FIELDref of the wrong GROUP");
    }

    private sealed class Group(int depth)
    {
        internal int Depth { get; } = depth;

        internal HashSet<string> Fields { get; } = new(StringComparer.Ordinal);

        internal string? Medium { get; set; }
    }
}
