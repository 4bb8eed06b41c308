namespace Pile.Hdf5.Native;

/// <summary>Where a call happens, for its error: the file, and the item in it.</summary>
internal readonly record struct Hdf5Place(string FilePath, string? Item = null)
{
    /// <summary>Throws when the library says that a call failed.</summary>
    internal int Check(int status, string doing) => status >= 0 ? status : throw Failed(doing);

    /// <summary>Throws when the library gave no id.</summary>
    internal T Check<T>(T handle, string doing) where T : Hdf5Handle => handle.IsInvalid ? throw Failed(doing) : handle;

    /// <summary>The error of the library's last call; ask before the next one.</summary>
    internal Hdf5Exception Failed(string doing)
    {
        string said = Hdf5Library.LastError();
        return new(FilePath, Item, $"{doing} failed: {(said.Length > 0 ? said : "the library gives no reason")}");
    }

    /// <summary>An error that Pile itself finds.</summary>
    internal Hdf5Exception Found(string finding) => new(FilePath, Item, finding);
}
