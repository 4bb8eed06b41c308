using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>Light curves of PLAsTiCC. Loader: <c>scripts/plasticc/plasticc.py</c>.</summary>
internal sealed class PlasticcLayout : MmuLayout
{
    private static readonly ImmutableArray<string> Bands = ["u", "g", "r", "i", "z", "Y"];

    internal override string Name => "plasticc";

    internal override string Modality => "time-series";

    internal override string FileName => "train_01.hdf5";

    internal override MmuFolders Folders(MmuTable table) => MmuFolders.Of("data");

    internal override void Describe(MmuTable table)
    {
        ColumnSchema? band = table.Require("lightcurve_band"), length = table.Find("lightcurve_length");
        ColumnSchema?[] quantities = [table.Require("lightcurve_time"), table.Require("lightcurve_flux"),
            table.Require("lightcurve_flux_err")];
        if (band is not null && quantities.All(q => q is not null))
            table.Add(new BandSamplesColumn("lightcurve", Bands, band, length, [.. quantities.OfType<ColumnSchema>()]));
        if (table.AddRequiredAs("obj_type", "true_target", "target") is { } type && !type.DType.IsInteger())
            table.Reject(type, "the integer classes of PLAsTiCC");
        table.AddRequired("hostgal_photoz", "hostgal_specz");
        table.AddRequiredAs("redshift", "true_z");
    }
}
