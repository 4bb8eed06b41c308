using System.Globalization;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>Light curves of TESS by the pipeline SPOC. Loader: <c>scripts/tess/tess.py</c>.</summary>
internal sealed class TessLayout : MmuLayout
{
    internal override string Name => "tess";

    internal override string Modality => "time-series";

    internal override MmuFolders Folders(MmuTable table) => table.Find("SECTOR") is { IsScalar: true } sector && sector.DType.IsInteger()
        ? new MmuFolders(sector, value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? $"spoc/s{number:0000}" : "spoc/all")
        : MmuFolders.Of("spoc/all");

    internal override void Describe(MmuTable table)
    {
        LightCurveLayoutColumns.Add(table, "time", "lightcurve_time");
        LightCurveLayoutColumns.Add(table, "flux", "lightcurve_flux");
        LightCurveLayoutColumns.Add(table, "flux_err", "lightcurve_flux_err");
        LightCurveLayoutColumns.Add(table, "quality", "lightcurve_quality");
        table.Add(new StoredColumn("RA", table.Require(MmuTable.Ra)!, isRequired: true));
        table.Add(new StoredColumn("DEC", table.Require(MmuTable.Dec)!, isRequired: true));
    }
}
