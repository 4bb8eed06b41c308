using System.Globalization;
using Pile.Fits;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The open files of an image, its noise and its mask.</summary>
internal sealed class ImageFiles(ISkyImage image) : IDisposable
{
    private readonly List<FitsFile> files = [];

    /// <summary>Finds an HDU by its number or its name.</summary>
    internal static FitsHdu FindHdu(FitsFile file, string hdu) =>
        int.TryParse(hdu, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? file.Hdu(index) : file.Hdu(hdu);

    /// <summary>Opens a file, or returns it if it is open already.</summary>
    internal FitsFile Open(string path)
    {
        if (files.Find(f => f.Path == path) is { } open)
            return open;
        FitsFile file = FitsFile.OpenRead(path);
        files.Add(file);
        return file;
    }

    /// <summary>Returns the companion of the image: the HDU that the recipe names, otherwise the one with the same number if it is
    /// an image, otherwise the first image of the file.</summary>
    /// <param name="recipe">The files and the HDU of the companions.</param>
    /// <param name="role">The name of the companion in messages.</param>
    /// <exception cref="FitsException">The file is unreadable, or has no such image.</exception>
    internal FitsHdu Companion(CompanionRecipe recipe, string role)
    {
        FitsFile file = Open(recipe.Files[image.Number]);
        if (recipe.Hdu is { } name)
            return FindHdu(file, name);
        bool hasSameNumber = image.HduIndex < file.Hdus.Count && file.Hdu(image.HduIndex).Kind is FitsHduKind.Image;
        return (hasSameNumber ? file.Hdu(image.HduIndex) : file.Hdus.FirstOrDefault(h => h.Kind is FitsHduKind.Image))
            ?? throw new FitsException(file.Path, null,
                $"expected the {role} of {Path.GetFileName(image.Path)}, but the file has no image. {file.Contents()}");
    }

    /// <inheritdoc/>
    public void Dispose() => files.ForEach(f => f.Dispose());
}
