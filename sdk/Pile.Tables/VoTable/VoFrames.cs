using System.Xml;
using Pile.Tables.Opening;

namespace Pile.Tables.VoTable;

/// <summary>The coordinate systems of a VOTable, and the elements that refer to them.</summary>
/// <remarks>A COOSYS describes the fields that refer to it (VOTable 1.4, section 3.1). Files that were written before <c>ref</c> was usual
/// have one COOSYS that no element refers to, which is then that of all fields of its RESOURCE.</remarks>
internal sealed class VoFrames
{
    private readonly Dictionary<string, (string Frame, double? Epoch)> systems = new(StringComparer.Ordinal);
    private readonly List<(int Depth, string Key)> inScope = [];
    private readonly HashSet<string> referenced = new(StringComparer.Ordinal);
    private readonly List<(int Depth, string? Reference)> groups = [];
    private readonly Dictionary<string, List<string>> ofGroups = new(StringComparer.Ordinal);
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);
    private int definitions = -2;

    /// <summary>The frames of all systems, each once; empty for one that is not known.</summary>
    internal string[] All => [.. systems.Values.Select(s => s.Frame).Distinct()];

    /// <summary>Adds the id of the reader's element, if it has one.</summary>
    internal void AddId(XmlReader xml)
    {
        if (xml.GetAttribute("ID") is { } id)
            ids.Add(id);
    }

    /// <summary>Returns the id that a field refers to if no element of the file has it, else null.</summary>
    internal string? MissingReferenceOf(VoField field) => ReferencesOf(field).FirstOrDefault(reference => !ids.Contains(reference));

    /// <summary>Adds the COOSYS that the reader is at.</summary>
    internal void Add(XmlReader xml)
    {
        string key = xml.GetAttribute("ID") ?? $" {systems.Count}", system = xml.GetAttribute("system") ?? "eq_FK5"; // the schema's default
        systems[key] = (Frames.Normalize(system, xml.GetAttribute("equinox")) ?? "", VoTimes.EpochOf(xml.GetAttribute("epoch"), system));
        inScope.Add((xml.Depth == definitions + 1 ? 0 : xml.Depth, key));
    }

    /// <summary>Begins DEFINITIONS (VOTable 1.0), whose systems are those of the whole file.</summary>
    internal void BeginDefinitions(int depth) => definitions = depth;

    /// <summary>Ends the scope of the systems in resources that end before another one.</summary>
    internal void BeginResource(int depth)
    {
        definitions = -2;
        inScope.RemoveAll(s => s.Depth > depth);
    }

    /// <summary>Notes which element the reader's element refers to: a FIELD or PARAM itself, a FIELDref through its GROUP.</summary>
    internal void AddReference(XmlReader xml)
    {
        int depth = xml.Depth;
        string? reference = xml.GetAttribute("ref");
        groups.RemoveAll(g => g.Depth >= depth);
        if (xml.LocalName is "GROUP")
            groups.Add((depth, reference ?? (groups.Count > 0 ? groups[^1].Reference : null)));
        else if (xml.LocalName is "FIELDref" && reference is not null && groups.Count > 0 && groups[^1].Reference is { } ofGroup)
        {
            if (!ofGroups.TryGetValue(reference, out List<string>? list))
                ofGroups.Add(reference, list = []);
            list.Add(ofGroup);
        }
        if (reference is not null)
            referenced.Add(reference);
    }

    /// <summary>Returns the frame of a field, empty if it is not known; null if no system applies to the field.</summary>
    internal string? FrameOf(VoField field) => Of(field, s => s.Frame);

    /// <summary>Returns the epoch of the positions of a field as a Julian year; null if it is not known.</summary>
    internal double? EpochOf(VoField field) => Of(field, s => s.Epoch);

    /// <summary>Returns the elements that a field refers to, itself or through a GROUP.</summary>
    internal IEnumerable<string> ReferencesOf(VoField field)
    {
        if (field.Reference is { } own)
            yield return own;
        if (field.Id is not null && ofGroups.TryGetValue(field.Id, out List<string>? list))
            foreach (string reference in list)
                yield return reference;
    }

    private T? Of<T>(VoField field, Func<(string Frame, double? Epoch), T?> part)
    {
        foreach (string id in ReferencesOf(field))
            if (systems.TryGetValue(id, out (string, double?) own))
                return part(own);
        (int Depth, string Key)[] free = [.. inScope.Where(s => !referenced.Contains(s.Key))];
        int innermost = free.Length == 0 ? 0 : free.Max(s => s.Depth);
        T?[] values = [.. free.Where(s => s.Depth == innermost).Select(s => part(systems[s.Key])).Distinct()];
        return values is [var only] ? only : default;
    }
}
