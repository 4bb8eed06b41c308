using System.Collections.Immutable;
using Pile.Format.Yaml;
using Pile.Stac;
using Pile.Writing;

namespace Pile.Builders.Sources.Stac;

/// <summary>Finds the names of <c>resample</c> among the bands of the scenes of a unit. Items may have different bands: a name that some
/// items lack is right, and one that all of them lack is an error.</summary>
internal sealed class ResampledNames(ImmutableArray<YamlScalar> names)
{
    private const int MostShown = 50;
    private const string Found = "1 ", Band = "0 ";

    private readonly HashSet<string> found = new(StringComparer.Ordinal), bands = new(StringComparer.Ordinal);

    /// <summary>Adds a scene.</summary>
    internal void Add(Scene scene)
    {
        if (found.Count == names.Length)
            return;
        foreach ((SceneAsset asset, int number, string name) in BandChoice.All(scene, includesPictures: true))
        {
            SceneBand band = BandChoice.BandAt(asset, number);
            foreach (YamlScalar wanted in names)
                if (wanted.Text == name || wanted.Text == asset.Key || wanted.Text == band.Name || wanted.Text == band.CommonName)
                    found.Add(wanted.Text);
            if (bands.Count < MostShown)
                bands.Add(name);
        }
    }

    /// <summary>Reports what was found to the build, which compares it with the other units.</summary>
    internal void ReportTo(BuildContext context)
    {
        // A limited or an appending build does not read all items.
        if (!names.IsEmpty && context is { WantedRows: null, Earlier: null })
            context.OnFacts?.Invoke(new UnitFacts
            {
                PropertyKinds = [.. found.Order(StringComparer.Ordinal).Select(name => Found + name),
                    .. bands.Order(StringComparer.Ordinal).Select(name => Band + name)],
            });
    }

    /// <summary>Checks that each name is that of a band of some item.</summary>
    /// <exception cref="Format.DocumentInvalidException">A name is unknown.</exception>
    internal static void RequireAgreement(ImmutableArray<YamlScalar> names, IEnumerable<UnitFacts> facts)
    {
        string[] kinds = [.. facts.SelectMany(unit => unit.PropertyKinds).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (kinds.Length > 0 && names.FirstOrDefault(name => !kinds.Contains(Found + name.Text)) is { } unknown)
            throw unknown.Invalid($"no item has a band '{unknown.Text}'; the bands are " + string.Join(", ", kinds
                .Where(kind => kind.StartsWith(Band, StringComparison.Ordinal)).Select(kind => kind[Band.Length..]).Take(MostShown)));
    }
}
