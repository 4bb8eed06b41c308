using System.Collections.Immutable;
using Pile.Builders.Sources.LightCurve;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Sky;

namespace Pile.Builders.Sources.Snana;

/// <summary>The <c>source</c> of a recipe for light curves in SNANA's formats. <c>SOURCE.md</c> describes its keys.</summary>
internal sealed record SnanaRecipe
{
    /// <summary>The files, in the order of their names.</summary>
    internal required IReadOnlyList<string> Files { get; init; }

    /// <summary>The id: a key, or a text with keys in braces.</summary>
    internal required string Id { get; init; }

    internal required TimeRecipe Time { get; init; }

    internal required string Flux { get; init; }

    internal required string FluxErr { get; init; }

    /// <summary>The column of flags; null for PHOTFLAG, which not all files have.</summary>
    internal string? Quality { get; init; }

    /// <summary>The values of FLT and the names of their bands; empty to use the values as names.</summary>
    internal ImmutableArray<(string Value, string Name)> BandNames { get; init; } = [];

    /// <summary>The frame of the positions.</summary>
    internal SkyFrame Frame { get; init; } = SkyFrame.Of(CelestialSystem.Icrs);

    /// <summary>The keys of the recipe's source that name columns.</summary>
    internal required ImmutableHashSet<string> Given { get; init; }

    /// <summary>The unit of a column of the measurements that does not declare one.</summary>
    /// <remarks>FLUXCAL has no unit: it is 10^(−0.4 (m − 27.5)) for magnitudes m of any system.</remarks>
    internal string? FluxUnit => Flux == "MAG" ? "mag" : null;

    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused; line and column are named.</exception>
    internal static SnanaRecipe Read(RecipeSource source)
    {
        YamlMap map = source.Map;
        map.RequireKeys("kind", "files", "id", "time", "flux", "flux_err", "quality", "band", "frame");
        string flux = map.TextOrNull("flux") ?? "FLUXCAL";
        YamlMap? band = map.Find("band")?.AsMap();
        band?.RequireKeys("names");
        return new()
        {
            Files = source.Files(map.Required("files")),
            Id = map.TextOrNull("id") ?? "SNID",
            Time = TimeRecipe.ReadMjd(map.Find("time")?.AsMap(), "MJD"),
            Flux = flux,
            FluxErr = map.TextOrNull("flux_err") ?? $"{flux}ERR",
            Quality = map.TextOrNull("quality"),
            BandNames = band is null ? [] : BandColumnRecipe.ReadNames(band),
            Frame = PositionKeys.Read(map).Frame is { } word && SkyFrame.TryParse(word, out SkyFrame frame) ? frame
                : SkyFrame.Of(CelestialSystem.Icrs),
            Given = [.. map.Entries.Select(e => e.Key.Text)],
        };
    }
}
