using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using Microsoft.Win32.SafeHandles;

namespace Pile.DuckDb.Native;

/// <summary>A result. DuckDB expects a struct allocated by the caller, so the handle is the address of that struct.</summary>
internal sealed unsafe class ResultHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public ResultHandle() : base(ownsHandle: true)
    {
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(DuckDBResult)));
        LiveHandles.Add(this);
    }

    /// <summary>The struct, for functions that take it by reference or by value. Keep the handle alive during the call.</summary>
    internal ref DuckDBResult Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return ref *(DuckDBResult*)handle;
        }
    }

    /// <summary>The message of an error; null or empty without one.</summary>
    internal string? Error => NativeMethods.Query.DuckDBResultError(ref Value);

    /// <summary>The kind of an error.</summary>
    internal DuckDbErrorType ErrorType =>
        (DuckDbErrorType)(int)NativeMethods.Query.DuckDBResultErrorType(ref Value) is var type && Enum.IsDefined(type)
            ? type : DuckDbErrorType.Other;

    protected override bool ReleaseHandle()
    {
        NativeMethods.Query.DuckDBDestroyResult(ref *(DuckDBResult*)handle);
        NativeMemory.Free((void*)handle);
        return true;
    }
}
