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

    /// <summary>Returns the companion of one of several images of a file: the HDU that the recipe names, otherwise the one of the same
    /// name, otherwise the one with the same number.</summary>
    /// <param name="recipe">The files and the HDUs of the companions.</param>
    /// <param name="role">The name of the companion in messages.</param>
    /// <param name="frame">The image.</param>
    /// <exception cref="FitsException">The file is unreadable, or has no such image.</exception>
    internal FitsHdu CompanionOfOne(CompanionRecipe recipe, string role, Frame frame)
    {
        FitsFile file = Open(recipe.Files[frame.Number]);
        if (recipe.Hdus.Count > 0)
            return FindHdu(file, recipe.Hdus[frame.Place]);
        FitsFile frames = Open(frame.Path);
        FitsHdu own = frames.Hdu(frame.HduIndex);
        FitsHdu[] images = [.. file.Hdus.Where(h => h.Kind is FitsHduKind.Image)], alike = [.. images.Where(IsAlike)];
        // Without EXTVER, several images of one name are alike, and only their numbers tell them apart.
        bool isNamed = own.Name.Length > 0 && frames.Hdus.Count(h => h.Kind is FitsHduKind.Image && IsAlike(h)) == 1;
        if (isNamed && alike is [var only])
            return only;
        // An HDU with the same number and another name belongs to another image: the file lacks some of them.
        return Array.Find(images, h => h.Index == own.Index && (h.Name.Length == 0 || own.Name.Length == 0
            || (isNamed ? alike.Contains(h) : IsOfName(h))))
            ?? throw new FitsException(file.Path, null,
                $"expected the {role} of {Path.GetFileName(frame.Path)}, HDU {own.Label}, in an HDU of the same "
                    + $"name or number. {file.Contents()} Set 'hdu' of it in the recipe to a list.");

        bool IsOfName(FitsHdu hdu) => hdu.Name.Equals(own.Name, StringComparison.OrdinalIgnoreCase);

        bool IsAlike(FitsHdu hdu) => IsOfName(hdu) && hdu.Version == own.Version;
    }

    /// <inheritdoc/>
    public void Dispose() => files.ForEach(f => f.Dispose());
}
