using Pile.Format;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>The addresses of assets as some scenes store them.</summary>
/// <remarks>The files are not read, so that a missing file or an address that Pile does not read is reported and not an error.</remarks>
internal sealed class SceneAddresses(SceneRecipe recipe, RasterPlaces places)
{
    private long localFiles, missingFiles, others;
    private string? firstMissing, firstOther;

    /// <summary>Returns the address that is stored for an asset: without signatures, and <c>mount://FOLDER/PATH</c> for a local
    /// file.</summary>
    internal string Of(Scene scene, SceneAsset asset)
    {
        string href = SignedQuery.Remove(asset.Href);
        if (!recipe.HasMounts
            && (href.StartsWith("https://", StringComparison.Ordinal) || href.StartsWith("s3://", StringComparison.Ordinal)))
            return href.Contains('@', StringComparison.Ordinal) ? Redaction.Apply(href) : href; // may have a user name
        try
        {
            string address = recipe.AddressOf(scene, asset);
            if (address.Contains("://", StringComparison.Ordinal))
                return address;
            ReferencedFile file = places.Describe(address);
            localFiles++;
            if (file.Bytes == ReferencedFile.UnknownBytes)
            {
                missingFiles++;
                firstMissing ??= address;
            }
            return file.Uri;
        }
        catch (SourceUnreadableException e)
        {
            others++;
            firstOther ??= e.Message;
            return Redaction.Apply(href);
        }
    }

    /// <summary>Adds what was found at the addresses of the next scenes.</summary>
    internal void Add(SceneAddresses next)
    {
        localFiles += next.localFiles;
        missingFiles += next.missingFiles;
        others += next.others;
        firstMissing ??= next.firstMissing;
        firstOther ??= next.firstOther;
    }

    /// <summary>Reports the files that are missing, and the addresses that Pile does not read.</summary>
    internal void Report(BuildContext context)
    {
        if (missingFiles > 0)
            context.Report($"{missingFiles} of {localFiles} local files of assets do not exist, for example '{firstMissing}'");
        if (others > 0)
            context.Report($"{others} addresses of assets are stored as the documents have them, because Pile does not read them; for "
                + $"example: {firstOther}");
    }
}
