namespace Pile.Hdf5.Native;

/// <summary>The file and item of a call, for its error message.</summary>
internal readonly record struct Hdf5Location(string FilePath, string? Item = null)
{
    /// <summary>Throws if a call failed.</summary>
    internal int Check(int status, string operation) => status >= 0 ? status : throw Failed(operation);

    /// <summary>Throws if a call returned no id.</summary>
    internal T Check<T>(T handle, string operation) where T : Hdf5Handle => handle.IsInvalid ? throw Failed(operation) : handle;

    /// <summary>Creates the error for the library's last call; must be called before the next one.</summary>
    internal Hdf5Exception Failed(string operation)
    {
        string error = Hdf5Library.LastError();
        return new(FilePath, Item, $"{operation} failed: {(error.Length > 0 ? error : "the library reports no reason")}");
    }

    /// <summary>Creates an error that Pile itself detects.</summary>
    internal Hdf5Exception Invalid(string finding) => new(FilePath, Item, finding);
}
