using System.Collections.Immutable;

namespace Pile.Publishing;

/// <summary>Images of the DESI Legacy Imaging Surveys, south. Loader: <c>scripts/legacysurvey/legacysurvey.py</c>.</summary>
internal sealed class LegacySurveyLayout : MmuLayout
{
    /// <summary>The number of sources in the catalogue of each image.</summary>
    private const int Sources = 20;

    internal override string Name => "legacysurvey";

    internal override string Modality => "image";

    internal override ImmutableArray<string> Words => ["legacysurvey", "legacysurveys", "legacy", "decals"];

    internal override MmuFolders Folders(MmuTable table) => MmuFolders.Of("dr10_south_21");

    internal override void Describe(MmuTable table)
    {
        ImageLayoutColumns.Add(table, bands: 4, hasOneMask: true);
        ImageLayoutColumns.AddPicture(table, "image_rgb", 3);
        ImageLayoutColumns.AddPicture(table, "blobmodel", 3);
        ImageLayoutColumns.AddPicture(table, "object_mask", null);
        foreach (string name in (ReadOnlySpan<string>)["FLUX_G", "FLUX_R", "FLUX_I", "FLUX_Z", "TYPE", "SHAPE_R", "SHAPE_E1", "SHAPE_E2",
            "X", "Y"])
            table.RequireShape(table.AddRequiredAs($"catalog_{name}"), Sources);
        table.AddRequired("EBV", "FLUX_G", "FLUX_R", "FLUX_I", "FLUX_Z", "FLUX_W1", "FLUX_W2", "FLUX_W3", "FLUX_W4", "SHAPE_R",
            "SHAPE_E1", "SHAPE_E2", "TYPE");
    }
}
