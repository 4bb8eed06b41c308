using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Pile.Stac;

/// <summary>Decides the offset of Sentinel-2's reflectances: since processing baseline 04.00 (2022-01-25), stored = 10000 · reflectance +
/// 1000.</summary>
/// <remarks><c>earthsearch:boa_offset_applied: true</c> wins: the offset was subtracted from the pixels. Otherwise the item's own
/// <c>offset</c> is used, and without one the baseline decides. Version 0 of Earth Search has the prefix <c>sentinel</c> for both. The
/// Copernicus Data Space Ecosystem has the baseline as <c>processing:version</c>. Contradictions, and a baseline that is not known since
/// 04.00, are notes of the scene. Source: ESA, "Copernicus Sentinel-2 processing baseline 04.00", and the item fields of these
/// archives.</remarks>
internal sealed class Sentinel2Offset
{
    private const double Baseline0400 = 4.00, OffsetSince0400 = -0.1, FirstMjd0400 = 59604; // 2022-01-25

    private static readonly string[] Applied = ["earthsearch:boa_offset_applied", "sentinel:boa_offset_applied"],
        Baselines = ["s2:processing_baseline", "sentinel:processing_baseline", "processing:version"];

    private readonly string? applied;
    private readonly double? ofBaseline;
    private readonly string? unknownBaseline;
    private readonly bool isSince0400;
    private SortedSet<string>? notes;

    /// <summary>Reads what the properties of a scene state.</summary>
    internal Sentinel2Offset(Scene scene)
    {
        applied = Applied.FirstOrDefault(name => scene.TryFind(name, out JsonValue value) && value.Kind is JsonValueKind.True);
        ofBaseline = Baseline(scene, out unknownBaseline) is { } baseline ? baseline >= Baseline0400 ? OffsetSince0400 : 0 : null;
        isSince0400 = scene.Time.StartMjd >= FirstMjd0400;
    }

    /// <summary>Returns the notes of the scene, and those about the offsets so far.</summary>
    internal ImmutableArray<string> NotesOf(Scene scene) => notes is null ? scene.Notes : [.. scene.Notes, .. notes];

    /// <summary>Returns the offset of a band of reflectances.</summary>
    /// <param name="stated">The offset that the item or the sensor states; null if neither does.</param>
    /// <param name="hasKnownScale">True if the scale is the one that the offset is documented with.</param>
    internal double? Of(double? stated, bool hasKnownScale)
    {
        if (stated is null && !hasKnownScale)
        {
            if (applied is null && ofBaseline is not 0)
                Note("a band has neither an offset nor the documented scale of reflectances, so that no offset is added to it");
            return null;
        }
        if (applied is not null)
        {
            if (stated is { } other && other != 0)
                Note(string.Create(CultureInfo.InvariantCulture, $"'{applied}' is true, but a band has the offset {other}: 0 is used"));
            return 0;
        }
        if (stated is { } own && ofBaseline is { } expected && Math.Abs(own - expected) > 1e-9)
            Note(string.Create(CultureInfo.InvariantCulture,
                $"a band has the offset {own}, but the processing baseline means {expected}: {own} is used"));
        if (stated is null && ofBaseline is null && isSince0400)
            Note((unknownBaseline is null ? $"the processing baseline is not stated ({string.Join(", ", Baselines)})"
                : $"the processing baseline '{unknownBaseline}' is not a number such as 05.09")
                + ", which decides the offset of reflectances since 2022-01-25: 0 is used");
        return stated ?? ofBaseline;
    }

    private void Note(string note) => (notes ??= new SortedSet<string>(StringComparer.Ordinal)).Add(note);

    private static double? Baseline(Scene scene, out string? unknown)
    {
        unknown = null;
        foreach (string name in Baselines)
        {
            if (!scene.TryFind(name, out JsonValue value))
                continue;
            if (value.AsDouble() is { } number || double.TryParse(value.AsText(), NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out number))
                return number;
            // Names of products have N0509 for 05.09.
            if (value.AsText() is ['N', _, _, _, _] text
                && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int ofName))
                return ofName / 100.0;
            unknown ??= value.AsText();
        }
        return null;
    }
}
