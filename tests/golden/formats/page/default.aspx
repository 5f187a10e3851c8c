<%@ Page Language="JScript"%>
<% Response.Write(Request.Path) %>