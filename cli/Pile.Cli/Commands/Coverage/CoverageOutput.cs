using System.Globalization;
using System.Text.Json;
using Pile.Cli.Terminal;
using Pile.Sky;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary>Writes coverage maps to files, and describes them.</summary>
internal static class CoverageOutput
{
    private const double SkyAreaDeg2 = 360 * 360 / Math.PI;

    /// <summary>Rejects an output before the command runs: a remote address, another ending than those of maps, or a file that
    /// <see cref="OutputFile"/> rejects.</summary>
    internal static void RequireFree(string path, bool replace, string option)
    {
        TableOutput.RequireLocal(path, option);
        if (!MocFile.IsWritable(path))
            throw new UsageException($"{option} {path}: expected a name that ends in {MocFile.Endings}.");
        OutputFile.RequireFree(path, replace, option);
    }

    /// <summary>Describes a map in a line.</summary>
    internal static string Text(Moc map) => string.Create(CultureInfo.InvariantCulture,
        $"order {map.MaxOrder}, {map.CellCount:N0} cells, {AreaDeg2(map):0.####} deg²");

    /// <summary>Writes the facts of a map as properties of the current JSON object.</summary>
    internal static void Write(Utf8JsonWriter json, Moc map)
    {
        json.WriteNumber("order", map.MaxOrder);
        json.WriteInteger("cells", map.CellCount);
        json.WriteFloat("area_deg2", AreaDeg2(map));
        json.WriteFloat("sky_fraction", map.SkyFraction);
    }

    private static double AreaDeg2(Moc map) => map.SkyFraction * SkyAreaDeg2;
}
