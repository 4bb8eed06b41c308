using Pile.Format;

namespace Pile.Review;

/// <summary>The modality of a dataset under review, whose manifest may name an unknown one.</summary>
internal static class ManifestModality
{
    /// <summary>Returns the modality of a manifest; for an unknown one the columns that all modalities share.</summary>
    internal static Modality Of(Manifest manifest) => Modality.Get(
        Modality.Names.Contains(manifest.Modality) ? manifest.Modality : "common", manifest.Partition);
}
