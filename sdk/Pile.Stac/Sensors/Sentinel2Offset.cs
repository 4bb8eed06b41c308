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
internal static class Sentinel2Offset
{
    private const double Baseline0400 = 4.00, OffsetSince0400 = -0.1, FirstMjd0400 = 59604; // 2022-01-25

    private static readonly string[] Applied = ["earthsearch:boa_offset_applied", "sentinel:boa_offset_applied"],
        Baselines = ["s2:processing_baseline", "sentinel:processing_baseline", "processing:version"];

    /// <summary>Returns a scene whose reflectance bands have an offset.</summary>
    internal static Scene Apply(Scene scene, SensorDefinition sensor)
    {
        string? applied = Applied.FirstOrDefault(name => scene.TryFind(name, out JsonValue value) && value.Kind is JsonValueKind.True);
        double? ofBaseline = Baseline(scene) is { } baseline ? baseline >= Baseline0400 ? OffsetSince0400 : 0 : null;
        SortedSet<string> notes = new(StringComparer.Ordinal);
        ImmutableArray<SceneAsset>.Builder assets = ImmutableArray.CreateBuilder<SceneAsset>(scene.Assets.Length);
        foreach (SceneAsset asset in scene.Assets)
            assets.Add(sensor.BandsOf(asset.Key, null) is [{ IsReflectance: true }] && asset.Bands is [var band]
                && Offset(scene, band, applied, ofBaseline, notes) is var offset && offset != band.Offset
                ? asset with { Bands = [band with { Offset = offset }] } : asset);
        return scene with { Assets = assets.MoveToImmutable(), Notes = notes.Count == 0 ? scene.Notes : [.. scene.Notes, .. notes] };
    }

    private static double? Offset(Scene scene, SceneBand band, string? applied, double? ofBaseline, SortedSet<string> notes)
    {
        if (applied is not null)
        {
            if (band.Offset is { } stated && stated != 0)
                notes.Add(string.Create(CultureInfo.InvariantCulture,
                    $"'{applied}' is true, but a band has the offset {stated}: 0 is used"));
            return 0;
        }
        if (band.Offset is { } own && ofBaseline is { } expected && Math.Abs(own - expected) > 1e-9)
            notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"a band has the offset {own}, but the processing baseline means {expected}: {own} is used"));
        if (band.Offset is null && ofBaseline is null && scene.Time.StartMjd >= FirstMjd0400)
            notes.Add($"the processing baseline is not stated ({string.Join(", ", Baselines)}), which decides the offset of reflectances "
                + "since 2022-01-25: 0 is used");
        return band.Offset ?? ofBaseline;
    }

    private static double? Baseline(Scene scene)
    {
        foreach (string name in Baselines)
            if (scene.TryFind(name, out JsonValue value) && (value.AsDouble() ?? (double.TryParse(value.AsText(),
                NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) ? number : null)) is { } baseline)
                return baseline;
        return null;
    }
}
