using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Pile.Stac;

/// <summary>Decides the offset of Sentinel-2's reflectances: since processing baseline 04.00 (2022-01-25), stored = 10000 · reflectance +
/// 1000.</summary>
/// <remarks><c>earthsearch:boa_offset_applied: true</c> wins: the offset was subtracted from the pixels. Otherwise the item's own
/// <c>offset</c> is used, and without one the baseline decides. Contradictions are notes of the scene. Source: ESA, "Copernicus Sentinel-2
/// processing baseline 04.00", and the item fields of Earth Search.</remarks>
internal static class Sentinel2Offset
{
    private const double Baseline0400 = 4.00, OffsetSince0400 = -0.1;

    /// <summary>Returns a scene whose reflectance bands have an offset.</summary>
    internal static Scene Apply(Scene scene, SensorDefinition sensor)
    {
        bool isApplied = scene.TryFind("earthsearch:boa_offset_applied", out JsonValue applied) && applied.Kind is JsonValueKind.True;
        double? ofBaseline = Baseline(scene) is { } baseline ? baseline >= Baseline0400 ? OffsetSince0400 : 0 : null;
        SortedSet<string> notes = new(StringComparer.Ordinal);
        ImmutableArray<SceneAsset>.Builder assets = ImmutableArray.CreateBuilder<SceneAsset>(scene.Assets.Length);
        foreach (SceneAsset asset in scene.Assets)
            assets.Add(sensor.BandsOf(asset.Key, null) is [{ IsReflectance: true }] && asset.Bands is [var band]
                && Offset(band, isApplied, ofBaseline, notes) is var offset && offset != band.Offset
                ? asset with { Bands = [band with { Offset = offset }] } : asset);
        return scene with { Assets = assets.MoveToImmutable(), Notes = notes.Count == 0 ? scene.Notes : [.. scene.Notes, .. notes] };
    }

    private static double? Offset(SceneBand band, bool isApplied, double? ofBaseline, SortedSet<string> notes)
    {
        if (isApplied)
        {
            if (band.Offset is { } stated && stated != 0)
                notes.Add(string.Create(CultureInfo.InvariantCulture,
                    $"'earthsearch:boa_offset_applied' is true, but a band has the offset {stated}: 0 is used"));
            return 0;
        }
        if (band.Offset is { } own && ofBaseline is { } expected && Math.Abs(own - expected) > 1e-9)
            notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"a band has the offset {own}, but the processing baseline means {expected}: {own} is used"));
        return band.Offset ?? ofBaseline;
    }

    private static double? Baseline(Scene scene) => scene.TryFind("s2:processing_baseline", out JsonValue value)
        ? value.AsDouble() ?? (double.TryParse(value.AsText(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out double number)
            ? number : null) : null;
}
