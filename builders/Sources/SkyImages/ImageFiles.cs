using System.Globalization;
using Pile.Fits;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The files open while an image is read: its own, and those of its noise and mask.</summary>
internal sealed class ImageFiles(ISkyImage image) : IDisposable
{
    private readonly List<FitsFile> files = [];

    /// <summary>Finds an HDU by its number or its name.</summary>
    internal static FitsHdu FindHdu(FitsFile file, string hdu) =>
        int.TryParse(hdu, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? file.Hdu(index) : file.Hdu(hdu);

    /// <summary>Opens a file once.</summary>
    internal FitsFile Open(string path)
    {
        if (files.Find(f => f.Path == path) is { } open)
            return open;
        FitsFile file = FitsFile.OpenRead(path);
        files.Add(file);
        return file;
    }

    /// <summary>The HDU that goes with the image: the one named, else that of the same number, else the first image of the file.</summary>
    /// <param name="recipe">Where it lies.</param>
    /// <param name="role">What messages call it.</param>
    /// <exception cref="FitsException">The file does not open, or has no such image.</exception>
    internal FitsHdu Companion(CompanionRecipe recipe, string role)
    {
        FitsFile file = Open(recipe.Files[image.Number]);
        if (recipe.Hdu is { } name)
            return FindHdu(file, name);
        bool hasSameNumber = image.HduIndex < file.Hdus.Count && file.Hdu(image.HduIndex).Kind is FitsHduKind.Image;
        return (hasSameNumber ? file.Hdu(image.HduIndex) : file.Hdus.FirstOrDefault(h => h.Kind is FitsHduKind.Image))
            ?? throw new FitsException(file.Path, null,
                $"it should hold the {role} of {Path.GetFileName(image.Path)}, but has no image. {file.Contents()}");
    }

    /// <inheritdoc/>
    public void Dispose() => files.ForEach(f => f.Dispose());
}
