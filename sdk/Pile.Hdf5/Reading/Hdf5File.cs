using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pile.Hdf5.Native;

namespace Pile.Hdf5;

/// <summary>An HDF5 file opened for reading. Nothing in it leads to another file: soft, external and user-defined links are refused.</summary>
internal sealed class Hdf5File : IDisposable
{
    private readonly FileHandle file;
    private readonly ObjectHandle root;
    private readonly SafeFileHandle bytes;
    private readonly Hdf5Place place;

    private Hdf5File(FileHandle file, ObjectHandle root, SafeFileHandle bytes, Hdf5Place place)
    {
        (this.file, this.root, this.bytes, this.place) = (file, root, bytes, place);
        LengthBytes = RandomAccess.GetLength(bytes);
        Attributes = new(root, place, LengthBytes);
    }

    /// <summary>The file's path, as it was given.</summary>
    internal string Path => place.FilePath;

    /// <summary>The file's length in bytes when it was opened.</summary>
    internal long LengthBytes { get; }

    /// <summary>The root group's attributes.</summary>
    internal Hdf5AttributeReader Attributes { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="Hdf5Exception">It is missing, cut short, damaged, or no HDF5.</exception>
    internal static Hdf5File Open(string path)
    {
        Hdf5Place at = new(path);
        SafeFileHandle? opened = null;
        FileHandle? made = null;
        try
        {
            opened = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
            using (Hdf5Library.Enter())
            {
                using PropertyHandle access = Hdf5Library.Properties("H5P_CLS_FILE_ACCESS");
                made = at.Check(Hdf5Native.OpenFile(path, Hdf5Native.ReadOnly, access), "opening the file");
                return new(made, at.Check(Hdf5Native.OpenObject(made, "/", 0), "opening the root group"), opened, at);
            }
        }
        catch (Exception e)
        {
            made?.Dispose();
            opened?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new Hdf5Exception(path, null, e.Message, e);
            throw;
        }
    }

    /// <summary>Lists what a group holds, in the order of the names' bytes.</summary>
    /// <param name="groupPath">Names with '/' between them; "/" or empty is the root.</param>
    /// <exception cref="Hdf5Exception">There is no such group, or it is damaged.</exception>
    internal unsafe IReadOnlyList<Hdf5Link> List(string groupPath = "/")
    {
        Hdf5Place at = place with { Item = groupPath };
        using (Hdf5Library.Enter())
        {
            using ObjectHandle group = OpenObject(groupPath, Hdf5Native.ObjectKind.Group, at);
            List<(string Name, Hdf5Native.LinkKind Kind)> found = [];
            GCHandle data = GCHandle.Alloc(found);
            ulong position = 0;
            try { at.Check(Hdf5Native.IterateLinks(group, 0, 0, ref position, &Collect, GCHandle.ToIntPtr(data)), "listing the group"); }
            finally { data.Free(); }
            return found.ConvertAll(link => new Hdf5Link(link.Name, KindOf(group, link.Name, link.Kind, at)));
        }
    }

    /// <summary>True when a dataset, group or type of that path is there, without following links.</summary>
    internal bool Contains(string itemPath)
    {
        Hdf5Place at = place with { Item = itemPath };
        using (Hdf5Library.Enter())
            return TryResolve(itemPath, at);
    }

    /// <summary>Opens a dataset.</summary>
    /// <param name="datasetPath">Names with '/' between them.</param>
    /// <exception cref="Hdf5Exception">It is missing, no dataset, damaged, of elements that Pile does not read, or kept in other files.</exception>
    internal Hdf5Dataset OpenDataset(string datasetPath)
    {
        Hdf5Place at = place with { Item = datasetPath };
        using (Hdf5Library.Enter())
        {
            OpenObject(datasetPath, Hdf5Native.ObjectKind.Dataset, at).Dispose();
            DatasetHandle dataset = at.Check(Hdf5Native.OpenDataset(file, datasetPath, 0), "opening the dataset");
            try { return new(dataset, file, bytes, LengthBytes, at); }
            catch
            {
                dataset.Dispose();
                throw;
            }
        }
    }

    /// <summary>Reads all attributes of a group or dataset.</summary>
    /// <exception cref="Hdf5Exception">It is missing, or one of them is damaged.</exception>
    internal IReadOnlyList<Hdf5Attribute> ReadAttributes(string itemPath)
    {
        Hdf5Place at = place with { Item = itemPath };
        using (Hdf5Library.Enter())
        {
            using ObjectHandle item = OpenObject(itemPath, null, at);
            Hdf5AttributeReader reader = new(item, at, LengthBytes);
            return [.. reader.Names().Select(name => reader.Find(name) ?? throw at.Found($"attribute '{name}' is listed but missing"))];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        root.Dispose();
        file.Dispose();
        bytes.Dispose();
    }

    private ObjectHandle OpenObject(string path, Hdf5Native.ObjectKind? expected, Hdf5Place at)
    {
        if (!TryResolve(path, at))
            throw at.Found("there is nothing of that name");
        ObjectHandle item = at.Check(Hdf5Native.OpenObject(file, path.Length > 0 ? path : "/", 0), "opening it");
        try
        {
            at.Check(Hdf5Native.GetObjectInfo(item, out Hdf5Native.ObjectInfo info), "looking at it");
            return expected is null || info.Kind == expected ? item : throw at.Found($"expected a {expected}, found a {info.Kind}");
        }
        catch
        {
            item.Dispose();
            throw;
        }
    }

    /// <summary>Follows a path name by name, so that no link on the way leads the library elsewhere.</summary>
    private bool TryResolve(string path, Hdf5Place at)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A path in an HDF5 file holds no NUL.", nameof(path));
        for (int end = path.IndexOf('/', 1 <= path.Length ? 1 : 0); ; end = path.IndexOf('/', end + 1))
        {
            string part = end < 0 ? path : path[..end];
            if (part.Length > 0 && part is not "/" && part[^1] is not '/')
            {
                if (Hdf5Native.LinkExists(file, part, 0) <= 0)
                    return false;
                at.Check(Hdf5Native.GetLinkInfo(file, part, out Hdf5Native.LinkInfo link, 0), "looking at a link");
                if (link.Kind is not Hdf5Native.LinkKind.Hard)
                    throw at.Found($"'{part}' is a {(link.Kind is Hdf5Native.LinkKind.Soft ? "soft" : "external or user-defined")} link, which Pile does not follow; name the dataset itself");
            }
            if (end < 0)
                return true;
        }
    }

    private static Hdf5LinkKind KindOf(ObjectHandle group, string name, Hdf5Native.LinkKind link, Hdf5Place at)
    {
        if (link is not Hdf5Native.LinkKind.Hard)
            return link is Hdf5Native.LinkKind.Soft ? Hdf5LinkKind.SoftLink : Hdf5LinkKind.ExternalLink;
        at.Check(Hdf5Native.GetObjectInfo(group, name, out Hdf5Native.ObjectInfo info, 0), $"looking at '{name}'");
        return info.Kind switch
        {
            Hdf5Native.ObjectKind.Group => Hdf5LinkKind.Group,
            Hdf5Native.ObjectKind.Dataset => Hdf5LinkKind.Dataset,
            _ => Hdf5LinkKind.NamedType,
        };
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Collect(long group, byte* name, Hdf5Native.LinkInfo* info, nint data)
    {
        ((List<(string, Hdf5Native.LinkKind)>)GCHandle.FromIntPtr(data).Target!).Add((Marshal.PtrToStringUTF8((nint)name) ?? "", info->Kind));
        return 0;
    }
}
