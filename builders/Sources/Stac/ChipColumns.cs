using System.Collections.Concurrent;
using Pile.Format;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>Checks that all scenes have the same number of bands in a column of chips. Thread-safe.</summary>
internal sealed class ChipColumns
{
    private readonly ConcurrentDictionary<string, (Scene Scene, string[] Bands)> columns = new(StringComparer.Ordinal);

    /// <summary>Compares a scene with those before.</summary>
    /// <exception cref="SchemaMismatchException">A column has another number of bands. The build stops even if bad rows are skipped,
    /// because neither of the two scenes is at fault.</exception>
    internal void Require(Scene scene, IEnumerable<ChipGroup> groups)
    {
        foreach (ChipGroup group in groups)
        {
            string[] bands = [.. group.Bands.Select(band => band.Name)];
            (Scene first, string[] others) = columns.GetOrAdd(group.Prefix, (scene, bands));
            if (others.Length != bands.Length)
                throw new SchemaMismatchException($"{scene}", $"{group.Prefix}_array", $"the item has {Words(bands)}, but {first} has "
                    + Words(others), "Name the bands that all items have ('bands'), or build a dataset of the items with the same bands");
        }
    }

    private static string Words(string[] bands) =>
        $"{bands.Length} band{(bands.Length == 1 ? "" : "s")} ({string.Join(", ", bands)})";
}
