using System.Globalization;
using Pile.Format;

namespace Pile.Review;

/// <summary>I001: the sky maps have the declared order and count all rows.</summary>
internal static class HatsSkyMapCheck
{
    private const string Main = "skymap.fits", Old = "point_map.fits";

    /// <summary>Checks the maps of a catalogue.</summary>
    /// <param name="folder">The catalogue.</param>
    /// <param name="properties">Its properties.</param>
    /// <param name="invalid">Receives the file and the error.</param>
    internal static void Check(string folder, HatsProperties? properties, Action<string, string> invalid)
    {
        string? declared = properties?["hats_skymap_order"];
        if (declared is not null)
            Require(Main, declared);
        foreach (string alternative in (properties?["hats_skymap_alt_orders"] ?? "").Split((char[]?)null,
            StringSplitOptions.RemoveEmptyEntries))
            Require($"skymap.{alternative}.fits", alternative);
        if (declared is null && File.Exists(Path.Combine(folder, Main)))
            invalid(Main, "expected its order as 'hats_skymap_order' in the properties, found none");
        if (File.Exists(Path.Combine(folder, Old)))
            Require(Old, null);

        void Require(string name, string? order)
        {
            string path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                invalid(name, $"expected the sky map of order {order}, found no file");
                return;
            }
            try
            {
                HatsSkyMap map = HatsSkyMap.Read(path);
                if (order is not null && map.Order.ToString(CultureInfo.InvariantCulture) != order)
                    invalid(name, $"expected order {order}, as the properties declare, found {map.Order}");
                if (properties?["hats_nrows"] is { } rows && map.Total.ToString(CultureInfo.InvariantCulture) != rows)
                    invalid(name, $"expected the {rows} rows of the catalogue, found {map.Total}");
            }
            catch (FormatException e)
            {
                invalid(name, e.Message);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                invalid(name, $"cannot be read: {e.Message}");
            }
        }
    }
}
