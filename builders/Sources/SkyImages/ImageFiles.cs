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

    /// <summary>Finds the noise or the mask of an image by the number or the name in a recipe. Of several images with the name, it is the
    /// one with the EXTVER of the image.</summary>
    /// <param name="file">The file of the noise or the mask.</param>
    /// <param name="hdu">The number or the name.</param>
    /// <param name="role">What it is, in messages.</param>
    /// <param name="own">The image.</param>
    /// <exception cref="FitsException">There is no such HDU, or those of the name belong to other images, or to no certain one.</exception>
    internal static FitsHdu FindCompanion(FitsFile file, string hdu, string role, FitsHdu own)
    {
        FitsHdu[] named = int.TryParse(hdu, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? []
            : [.. file.Hdus.Where(h => h.Kind is FitsHduKind.Image && IsOfName(h, hdu))];
        FitsHdu[] alike = [.. named.Where(h => h.Version == own.Version)];
        return alike switch
        {
            [var only] => only,
            [] when named.Length == 0 || (named.Length == 1 && !IsOfOther(named[0])) => FindHdu(file, hdu),
            _ => throw new FitsException(file.Path, null,
                $"expected the {role} of {Path.GetFileName(own.Header.Path)}, HDU {own.Label}, with EXTVER {own.Version}, in an HDU "
                    + $"'{hdu}', but the images of this name have EXTVER {string.Join(", ", named.Select(h => h.Version))}. "
                    + $"{file.Contents()} Set 'hdu' of it in the recipe to a number, or to a name with EXTVER, such as '{hdu},2'."),
        };

        // Files without EXTVER have images with names of their own, and noise of a file of its own may have any EXTVER.
        bool IsOfOther(FitsHdu companion) => companion.Header.Contains("EXTVER") && own.Header.Path == file.Path
            && file.Hdus.Count(h => h.Kind is FitsHduKind.Image && IsOfName(h, own.Name)) > 1;
    }

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
            return FindCompanion(file, name, role, Open(image.Path).Hdu(image.HduIndex));
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
            return FindCompanion(file, recipe.Hdus[frame.Place], role, Open(frame.Path).Hdu(frame.HduIndex));
        FitsFile frames = Open(frame.Path);
        FitsHdu own = frames.Hdu(frame.HduIndex);
        FitsHdu[] images = [.. file.Hdus.Where(h => h.Kind is FitsHduKind.Image)], alike = [.. images.Where(IsAlike)];
        // Without EXTVER, several images of one name are alike, and only their numbers tell them apart.
        bool isNamed = own.Name.Length > 0 && frames.Hdus.Count(h => h.Kind is FitsHduKind.Image && IsAlike(h)) == 1;
        if (isNamed && alike is [var only])
            return only;
        // An HDU with the same number and another name belongs to another image: the file lacks some of them.
        return Array.Find(images, h => h.Index == own.Index && (h.Name.Length == 0 || own.Name.Length == 0
            || (isNamed ? alike.Contains(h) : IsOfName(h, own.Name))))
            ?? throw new FitsException(file.Path, null,
                $"expected the {role} of {Path.GetFileName(frame.Path)}, HDU {own.Label}, in an HDU of the same "
                    + $"name or number. {file.Contents()} Set 'hdu' of it in the recipe to a list.");

        bool IsAlike(FitsHdu hdu) => IsOfName(hdu, own.Name) && hdu.Version == own.Version;
    }

    /// <inheritdoc/>
    public void Dispose() => files.ForEach(f => f.Dispose());

    private static bool IsOfName(FitsHdu hdu, string name) => hdu.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
