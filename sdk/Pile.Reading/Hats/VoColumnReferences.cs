using System.Xml.Linq;
using Pile.Format;

namespace Pile.Reading;

/// <summary>What the elements of a VOTable outside of a FIELD declare of its column: the TIMESYS that the field refers to, and the
/// medium of wavelengths in a GROUP that refers to the field, as this program writes it.</summary>
internal sealed class VoColumnReferences
{
    private const string Medium = "spectral_medium";

    private readonly Dictionary<string, VoTimeSystem> times = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> media = new(StringComparer.Ordinal);

    private VoColumnReferences()
    {
    }

    /// <summary>Reads the time systems and media of a document.</summary>
    internal static VoColumnReferences Of(XDocument document)
    {
        VoColumnReferences all = new();
        foreach (XElement element in document.Descendants())
            if (element.Name.LocalName == "TIMESYS" && element.Attribute("ID")?.Value is { } id && VoTimeSystem.Of(
                element.Attribute("timescale")?.Value, element.Attribute("refposition")?.Value,
                element.Attribute("timeorigin")?.Value) is { } system)
                all.times.TryAdd(id, system);
            else if (element.Name.LocalName == "GROUP" && MediumIn(element) is { } medium)
                foreach (XElement field in element.Elements().Where(e => e.Name.LocalName == "FIELDref"))
                    if (field.Attribute("ref")?.Value is { } reference)
                        all.media.TryAdd(reference, medium);
        return all;
    }

    /// <summary>Returns the meaning of the times of a field; null if it does not refer to a time system. Dates as text have no zero
    /// point.</summary>
    internal TimeAxis? TimeOf(XElement field, DType type) => field.Attribute("ref")?.Value is { } id
        && times.GetValueOrDefault(id)?.AxisOf(field.Attribute("unit")?.Value) is { } time
            ? type is DType.String ? time with { ZeroMjd = 0 } : time : null;

    /// <summary>Returns the medium of the wavelengths of a field: <c>air</c> or <c>vacuum</c>; null if it is not declared.</summary>
    internal string? MediumOf(XElement field) => field.Attribute("ID")?.Value is { } id ? media.GetValueOrDefault(id) : null;

    private static string? MediumIn(XElement group) => group.Elements()
        .FirstOrDefault(e => e.Name.LocalName == "PARAM" && e.Attribute("name")?.Value == Medium)?.Attribute("value")?.Value switch
    {
        "air" => "air",
        "vacuum" => "vacuum",
        _ => null,
    };
}
